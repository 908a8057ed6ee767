#include <cortexpr/describe/declaration.hpp>

#include "connectome_declaration.hpp"
#include "matrix.hpp"
#include "spelled.hpp"

#include <cortexpr/describe/describe.hpp>
#include <cortexpr/dsl/classifier.hpp>
#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace cortexpr::describe {

namespace {

using json = nlohmann::ordered_json;

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

/// edge{...} with what differs from edge{}, or `plain` where nothing does. Feedback has no groups.
std::string spelled_edge(const json& edge, const std::string& plain) {
    strings options;
    const int height = edge.at("extent").at(0), width = edge.at("extent").at(1), groups = edge.value("groups", 1);
    const auto function = spelled_function(edge.at("nonlinearity"));
    if (height != 3 || width != 3) options.push_back(fmt::format(".extent = {{{}, {}}}", height, width));
    if (groups != 1) options.push_back(fmt::format(".groups = {}", groups));
    if (function != "activation::none") options.push_back(fmt::format(".nonlinearity = {}", function));
    if (!edge.at("bias").get<bool>()) options.emplace_back(".bias = false");
    return options.empty() ? plain : fmt::format("edge{{{}}}", fmt::join(options, ", "));
}

class declaring {
  public:
    explicit declaring(const json& network) : network_(network), by_area_(network.at("areas").size() > 1) {}

    std::string text() const {
        std::string all;
        for (const auto& area : network_.at("areas")) all += types_of(area) + area_of(area);
        const bool is_area = !by_area_ && network_.at("readout").is_null() &&
                             network_.at("name") == network_.at("areas").at(0).at("name");
        return is_area ? all
                       : all + fmt::format("struct {} : {} {{}};\n", identifier_of(network_.at("name")), outermost());
    }

  private:
    std::string outermost() const {
        strings parts;
        for (const auto& area : network_.at("areas")) parts.push_back(identifier_of(area.at("name")));
        for (const auto& edge : network_.at("feedback")) {
            strings arguments{identifier_of(edge.at("from")), identifier_of(edge.at("to"))};
            if (auto with = spelled_edge(edge, ""); !with.empty()) arguments.push_back(std::move(with));
            parts.push_back(fmt::format("feedback<{}>", fmt::join(arguments, ", ")));
        }
        if (network_.at("pool") != "max") parts.push_back(fmt::format("pool<{}>", pool(network_.at("pool"))));
        if (network_.at("area_delay") != 0)
            parts.push_back(fmt::format("area_delay<{}>", whole(network_, "area_delay")));
        auto inner = fmt::format("network<{}>", fmt::join(parts, ", "));
        const auto& head = network_.at("readout");
        if (head.is_null()) return inner;
        strings pooling;
        const int height = head.at("pool_size").at(0), width = head.at("pool_size").at(1);
        const auto& last = network_.at("areas").back();
        const auto& size = last.at("input").at("size");
        const auto by_default = default_pooling(last.at("output").at("channels"), size.at(0), size.at(1));
        if (head.at("pool") != name_of(by_default.mode) || height != by_default.height || width != by_default.width)
            pooling.push_back(fmt::format("readout_pool<{}, {}, {}>", pool(head.at("pool")), height, width));
        return spelled_readout(inner, head, pooling);
    }

    static std::string pool(const json& mode) { return spelled("pool_mode", mode); }
    static std::string whole(const json& of, const char* key) { return std::to_string(of.at(key).get<int>()); }
    static std::string home_of(const json& area) { return identifier_of(area.at("name")) + "_types"; }

    std::string types_of(const json& area) const {
        std::string all;
        for (const auto& type : area.at("neuron_types")) {
            strings options{whole(type, "subtypes")};
            const auto& tau = type.at("tau");
            const auto function = spelled_function(type.at("nonlinearity"));
            if (function != "activation::sigmoid") options.push_back(fmt::format("nonlinearity<{}>", function));
            if (tau.at("mode") != "per_subtype" || tau.at("initial") != 1.0)
                options.push_back(with_arguments(
                    "tau", {spelled("tau_mode", tau.at("mode")), spelled_tau(tau.at("initial"))}, {"1.0"}));
            if (type.at("initial_state") != "zeros")
                options.push_back(fmt::format("initial_state<{}>", spelled("fill", type.at("initial_state"))));
            if (type.at("signed_rates").get<bool>()) options.emplace_back("signed_rates");
            if (type.at("density") == "half") {
                options.emplace_back("half_density");
            } else if (type.at("density") != "full") {
                throw usage_error(fmt::format("neuron type {} has density {}; there are \"full\" and \"half\"",
                                              type.at("name").dump(), type.at("density").dump()));
            }
            all += fmt::format("struct {} : {}<{}> {{}};\n", identifier_of(type.at("name")),
                               type.at("class").get_ref<const std::string&>(), fmt::join(options, ", "));
        }
        return by_area_ ? fmt::format("namespace {0} {{\n{1}}}  // namespace {0}\n", home_of(area), all) : all;
    }

    std::string area_of(const json& area) const {
        strings parts, names;
        for (const auto& type : area.at("neuron_types"))
            names.push_back(by_area_ ? home_of(area) + "::" + identifier_of(type.at("name"))
                                     : identifier_of(type.at("name")));
        const auto& input = area.at("input");
        const auto& output = area.at("output");
        const auto& feedback = area.at("feedback");
        const auto side = [&](std::size_t index) { return std::to_string(input.at("size").at(index).get<int>()); };
        parts.push_back(with_arguments("input",
                                       {whole(input, "channels"), side(0), side(1), neuron_class(input.at("class"))},
                                       {"neuron_class::hybrid"}));
        if (!feedback.is_null())
            parts.push_back(with_arguments("feedback_channels",
                                           {whole(feedback, "channels"), neuron_class(feedback.at("class")),
                                            spelled("fill", feedback.at("initial"))},
                                           {"neuron_class::hybrid", "fill::zeros"}));
        parts.push_back(fmt::format("neurons<{}>", fmt::join(names, ", ")));
        parts.push_back(matrix_text(matrix_of(area, names), "    "));
        parts.push_back(with_arguments("output",
                                       {whole(output, "channels"), spelled_function(output.at("nonlinearity")),
                                        spelled("fill", output.at("initial"))},
                                       {"activation::none", "fill::zeros"}));
        return fmt::format("struct {} : area<\n    {}> {{}};\n", identifier_of(area.at("name")),
                           fmt::join(parts, ",\n    "));
    }

    static std::string neuron_class(const json& kind) { return spelled("neuron_class", kind); }

    /// `names` are those of the neuron types as the declaration spells them.
    static labelled_matrix matrix_of(const json& area, const strings& names) {
        const bool hears = !area.at("feedback").is_null();
        auto matrix = empty_matrix(names, hears);
        const auto place = [&](const json& name) {
            const auto& types = area.at("neuron_types");
            const auto found = std::ranges::find(types, name, [](const json& type) { return type.at("name"); });
            if (found == types.end())
                throw usage_error(fmt::format("an edge of area {} names {}, which is none of its neuron types",
                                              area.at("name").dump(), name.dump()));
            return static_cast<std::size_t>(found - types.begin());
        };
        for (const auto& edge : area.at("edges")) {
            const auto &from = edge.at("from"), &to = edge.at("to");
            if (from == "top_down" && !hears)
                throw usage_error(fmt::format("an edge of area {} comes from top_down, but its feedback is null",
                                              area.at("name").dump()));
            const std::size_t row = from == "stimulus" ? 0 : from == "top_down" ? 1 : place(from) + (hears ? 2 : 1);
            const std::size_t column = to == "output" ? names.size() : place(to);
            matrix.cells[row][column] = spelled_edge(edge, "1");
        }
        return matrix;
    }

    const json& network_;
    bool by_area_;  ///< types stand in a namespace of their area
};

}  // namespace

std::string to_cpp(const json& description) {
    try {
        return description.contains("cell_types") ? connectome_to_cpp(description) : declaring(description).text();
    } catch (const json::exception& problem) {
        throw usage_error(fmt::format("this is no description of a network: {}", problem.what()));
    }
}

std::string to_cpp(const plan::network& network) { return to_cpp(to_json(network)); }
std::string to_cpp(const plan::connectome& network) { return to_cpp(to_json(network)); }

std::string connectivity_template_text(std::span<const std::string_view> neuron_types, template_options options) {
    return matrix_text(empty_matrix({neuron_types.begin(), neuron_types.end()}, options.top_down), "") + '\n';
}

}  // namespace cortexpr::describe
