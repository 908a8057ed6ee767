#include <cortexpr/view/declaration.hpp>

#include "plan_words.hpp"

#include <cortexpr/view/table.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace cortexpr::view {

namespace {

using strings = std::vector<std::string>;

/// A matrix with its labels; the last column is the output.
struct labelled_matrix {
    strings sources, targets;
    std::vector<strings> cells;
};

labelled_matrix empty_matrix(std::span<const std::string_view> neuron_types, bool top_down) {
    labelled_matrix matrix{.sources = {"stimulus"}, .targets = {neuron_types.begin(), neuron_types.end()}, .cells = {}};
    if (top_down) matrix.sources.emplace_back("top_down");
    matrix.sources.insert(matrix.sources.end(), neuron_types.begin(), neuron_types.end());
    matrix.targets.emplace_back("output");
    matrix.cells.assign(matrix.sources.size(), strings(matrix.targets.size(), "0"));
    return matrix;
}

/// Rows as from<...>, cells under their targets.
std::string matrix_text(const labelled_matrix& matrix, std::string_view indent) {
    std::size_t label = 0;
    for (const auto& source : matrix.sources) label = std::max(label, source.size());
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < matrix.targets.size(); ++column) {
        std::size_t width = matrix.targets[column].size();
        for (const auto& row : matrix.cells) width = std::max(width, row[column].size() + 1);  // its comma
        widths.push_back(width);
    }
    const auto line = [&](std::string start, const strings& cells, std::string_view separator, std::string_view end) {
        for (std::size_t column = 0; column < cells.size(); ++column) {
            const bool last = column + 1 == cells.size();
            start += fmt::format(" {:<{}}", cells[column] + std::string(last ? end : separator), widths[column]);
        }
        return start.substr(0, start.find_last_not_of(' ') + 1) + '\n';
    };
    std::string text = "connectivity<\n";
    text += line(fmt::format("{}    //{:{}}", indent, "", label + 4), matrix.targets, "", "");
    for (std::size_t row = 0; row < matrix.cells.size(); ++row)
        text += line(fmt::format("{}    {:<{}}", indent, fmt::format("from<{},", matrix.sources[row]), label + 6),
                     matrix.cells[row], ",", row + 1 == matrix.cells.size() ? ">>" : ">,");
    text.pop_back();
    return text;
}

std::string matrix_table(const labelled_matrix& matrix) {
    std::vector<table_column> columns{{"from \\ to"}};
    for (const auto& target : matrix.targets) columns.push_back({target, alignment::right});
    table table(std::move(columns));
    for (std::size_t row = 0; row < matrix.cells.size(); ++row) {
        strings cells{matrix.sources[row]};
        cells.insert(cells.end(), matrix.cells[row].begin(), matrix.cells[row].end());
        table.row(std::move(cells));
    }
    return table.text();
}

/// A struct's name; what no identifier may hold becomes '_'.
std::string identifier(std::string_view name) {
    std::string text(name);
    for (char& letter : text)
        if (!std::isalnum(static_cast<unsigned char>(letter)) && letter != '_') letter = '_';
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front()))) text.insert(0, 1, '_');
    return text;
}

std::string spelled(activation function) { return fmt::format("activation::{}", name_of(function)); }

std::string spelled(const activation_function& function) {
    if (function.custom != nullptr) return fmt::format("custom<{}>", identifier(function.custom->name));
    if (function.length == 1) return spelled(function.members[0]);
    strings members;
    for (int i = 0; i < function.length; ++i) members.push_back(spelled(function.members[static_cast<std::size_t>(i)]));
    return fmt::format("chain({})", fmt::join(members, ", "));
}

std::string spelled(neuron_class kind) { return fmt::format("neuron_class::{}", name_of(kind)); }
std::string spelled(fill with) { return fmt::format("fill::{}", name_of(with)); }
std::string spelled(pool_mode mode) { return fmt::format("pool_mode::{}", name_of(mode)); }

/// A floating-point literal: "2.0", "1e+30".
std::string spelled(double number) {
    auto text = fmt::format("{}", number);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string spelled(const tau_start& start) {
    switch (start.from) {
        case tau_start::source::uniform:
            return fmt::format("uniform_draw{{{}, {}}}", spelled(start.first), spelled(start.second));
        case tau_start::source::normal:
            return fmt::format("normal_draw{{{}, {}}}", spelled(start.first), spelled(start.second));
        default:
            return spelled(start.first);
    }
}

/// edge{...} with what differs from edge{}, or `plain` where nothing does.
std::string spelled_edge(extent size, int groups, const activation_function& function, bool bias,
                         const std::string& plain) {
    const cortexpr::edge usual;
    strings options;
    if (size.height != usual.extent.height || size.width != usual.extent.width)
        options.push_back(fmt::format(".extent = {{{}, {}}}", size.height, size.width));
    if (groups != usual.groups) options.push_back(fmt::format(".groups = {}", groups));
    if (function != usual.nonlinearity) options.push_back(fmt::format(".nonlinearity = {}", spelled(function)));
    if (bias != usual.bias) options.push_back(fmt::format(".bias = {}", bias));
    return options.empty() ? plain : fmt::format("edge{{{}}}", fmt::join(options, ", "));
}

/// Trailing template arguments may be left out where they are the defaults: the last that isn't, and all before it,
/// stay.
std::string with_arguments(std::string_view name, strings arguments, const strings& defaults) {
    auto usual = defaults.rbegin();
    while (usual != defaults.rend() && arguments.back() == *usual) {
        arguments.pop_back();
        ++usual;
    }
    return fmt::format("{}<{}>", name, fmt::join(arguments, ", "));
}

class declaring {
  public:
    explicit declaring(const plan::network& network) : network_(network), by_area_(network.areas.size() > 1) {}

    std::string text() const {
        std::string all;
        for (const auto& area : network_.areas) all += types_of(area) + area_of(area);
        const bool is_area =
            network_.areas.size() == 1 && !network_.is_classifier() && network_.name == network_.areas.front().name;
        return is_area ? all : all + fmt::format("struct {} : {} {{}};\n", identifier(network_.name), outermost());
    }

  private:
    std::string outermost() const {
        strings parts;
        for (const auto& area : network_.areas) parts.push_back(identifier(area.name));
        for (const auto& edge : network_.feedback) {
            const auto with = spelled_edge(edge.extent, 1, edge.nonlinearity, edge.bias >= 0, "");
            parts.push_back(fmt::format("feedback<{}, {}{}{}>", identifier(area_at(network_, edge.from).name),
                                        identifier(area_at(network_, edge.to).name), with.empty() ? "" : ", ", with));
        }
        if (network_.pool != pool_mode::max) parts.push_back(fmt::format("pool<{}>", spelled(network_.pool)));
        if (network_.area_delay != 0) parts.push_back(fmt::format("area_delay<{}>", network_.area_delay));
        const auto inner = fmt::format("network<{}>", fmt::join(parts, ", "));
        if (!network_.is_classifier()) return inner;
        const auto& head = network_.readout;
        strings arguments{inner, fmt::format("classes<{}>", head.classes), fmt::format("hidden<{}>", head.hidden)};
        if (head.dropout > 0) arguments.push_back(fmt::format("dropout<{}>", spelled(head.dropout)));
        if (head.pool != pool_mode::max || head.pool_height != 1 || head.pool_width != 1)
            arguments.push_back(
                fmt::format("readout_pool<{}, {}, {}>", spelled(head.pool), head.pool_height, head.pool_width));
        return fmt::format("classifier<{}>", fmt::join(arguments, ", "));
    }

    std::string home_of(const plan::area& area) const { return fmt::format("{}_types", identifier(area.name)); }

    std::string name_in(const plan::area& area, const plan::neuron_type& type) const {
        return by_area_ ? fmt::format("{}::{}", home_of(area), identifier(type.name)) : identifier(type.name);
    }

    std::string types_of(const plan::area& area) const {
        std::string all;
        for (const auto& type : network_.types_of(area)) {
            strings options{std::to_string(type.shape.channels)};
            if (type.nonlinearity != activation::sigmoid)
                options.push_back(fmt::format("nonlinearity<{}>", spelled(type.nonlinearity)));
            if (type.tau != tau_mode::per_subtype || type.initial_tau != tau_start())
                options.push_back(
                    with_arguments("tau", {fmt::format("tau_mode::{}", name_of(type.tau)), spelled(type.initial_tau)},
                                   {spelled(tau_start())}));
            if (type.initial_state != fill::zeros)
                options.push_back(fmt::format("initial_state<{}>", spelled(type.initial_state)));
            if (type.signed_rates) options.emplace_back("signed_rates");
            if (is_half_density(network_, type)) options.emplace_back("half_density");
            all += fmt::format("struct {} : {}<{}> {{}};\n", identifier(type.name), name_of(type.kind),
                               fmt::join(options, ", "));
        }
        return by_area_ ? fmt::format("namespace {0} {{\n{1}}}  // namespace {0}\n", home_of(area), all) : all;
    }

    std::string area_of(const plan::area& area) const {
        const auto types = network_.types_of(area);
        strings names, parts;
        std::vector<std::string_view> views;
        for (const auto& type : types) names.push_back(name_in(area, type));
        for (const auto& name : names) views.push_back(name);
        parts.push_back(with_arguments("input",
                                       {std::to_string(area.input.channels), std::to_string(area.input.height),
                                        std::to_string(area.input.width), spelled(area.input_class)},
                                       {spelled(neuron_class::hybrid)}));
        if (hears_feedback(area))
            parts.push_back(with_arguments(
                "feedback_channels",
                {std::to_string(area.feedback.channels), spelled(area.feedback_class), spelled(area.initial_feedback)},
                {spelled(neuron_class::hybrid), spelled(fill::zeros)}));
        parts.push_back(fmt::format("neurons<{}>", fmt::join(names, ", ")));
        auto matrix = empty_matrix(views, hears_feedback(area));
        for (const auto& edge : network_.edges_of(area))
            matrix.cells[static_cast<std::size_t>(edge.row)][static_cast<std::size_t>(edge.column)] =
                spelled_edge(edge.extent, edge.groups, edge.nonlinearity, edge.bias >= 0, "1");
        parts.push_back(matrix_text(matrix, "    "));
        parts.push_back(with_arguments(
            "output",
            {std::to_string(area.output.channels), spelled(area.output_nonlinearity), spelled(area.initial_output)},
            {spelled(activation::none), spelled(fill::zeros)}));
        return fmt::format("struct {} : area<\n    {}> {{}};\n", identifier(area.name), fmt::join(parts, ",\n    "));
    }

    const plan::network& network_;
    bool by_area_;  ///< types stand in a namespace of their area
};

}  // namespace

std::string declaration_text(const plan::network& network) { return declaring(network).text(); }

std::string connectivity_template_text(std::span<const std::string_view> neuron_types, template_options options) {
    return matrix_text(empty_matrix(neuron_types, options.top_down), "") + '\n';
}

std::string connectivity_template_table(std::span<const std::string_view> neuron_types, template_options options) {
    return matrix_table(empty_matrix(neuron_types, options.top_down));
}

std::string connectivity_table(const plan::network& network, const plan::area& area) {
    std::vector<std::string_view> names;
    for (const auto& type : network.types_of(area)) names.push_back(type.name);
    auto matrix = empty_matrix(names, hears_feedback(area));
    for (const auto& edge : network.edges_of(area)) {
        strings told;
        if (edge.extent.height != 3 || edge.extent.width != 3)
            told.push_back(fmt::format("{}x{}", edge.extent.height, edge.extent.width));
        if (edge.groups != 1) told.push_back(fmt::format("{} groups", edge.groups));
        if (edge.bias < 0) told.emplace_back("no bias");
        if (edge.nonlinearity != activation::none) told.push_back(name_text(edge.nonlinearity));
        matrix.cells[static_cast<std::size_t>(edge.row)][static_cast<std::size_t>(edge.column)] =
            told.empty() ? "1" : fmt::format("{}", fmt::join(told, ", "));
    }
    return matrix_table(matrix);
}

}  // namespace cortexpr::view
