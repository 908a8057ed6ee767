#pragma once
// From a declaration to the plan's arrays: `plan_of<Digits>`.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/enforce.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/network.hpp>

namespace cortexpr::plan {

struct table_sizes {
    std::size_t areas = 0, types = 0, edges = 0, feedback = 0, parameters = 0;
};

constexpr table_sizes sizes_of(const network_declaration& network, bool has_readout) {
    table_sizes all{.areas = network.areas.size(), .feedback = network.feedback.size()};
    for (const auto* area : network.areas) {
        all.types += area->types.size();
        for (const auto& row : area->rows) {
            for (const auto& cell : row.cells) {
                all.edges += cell.present();
                all.parameters += cell.present() ? std::size_t{1} + cell.with.bias : 0;
            }
        }
    }
    all.parameters += all.types + (has_readout ? 4 : 0);
    for (const auto& edge : network.feedback) all.parameters += std::size_t{1} + edge.with.bias;
    return all;
}

/// Storage for one network; Sizes are exact.
template <table_sizes Sizes>
struct tables {
    std::array<area, Sizes.areas> areas{};
    std::array<neuron_type, Sizes.types> types{};
    std::array<edge, Sizes.edges> edges{};
    std::array<feedback_edge, Sizes.feedback> feedback{};
    std::array<parameter, Sizes.parameters> parameters{};
    plan::readout readout{};
};

using std::string_view_literals::operator""sv;  // else Clang counts a literal's characters among a constant's steps

/// Fills the tables; one for all networks, so that another network costs the compiler little.
class lowering {
  public:
    constexpr lowering(std::span<area> areas, std::span<neuron_type> types, std::span<edge> edges,
                       std::span<feedback_edge> feedback, std::span<parameter> parameters)
        : areas_(areas), types_(types), edges_(edges), feedback_(feedback), parameters_(parameters) {}

    constexpr void lower(const network_declaration& network, std::string_view prefix) {
        for (std::size_t i = 0; i < network.areas.size(); ++i)
            lower_area(*network.areas[i], network.area_names[i], static_cast<int>(i), prefix);
        for (const auto& declared : network.feedback) lower_feedback(declared, prefix);
    }

    constexpr readout lower_readout(const readout_declaration& head) {
        readout result{.classes = head.classes,
                       .hidden = head.hidden,
                       .dropout = head.dropout,
                       .pool = head.pool.mode,
                       .pool_height = head.pool.height,
                       .pool_width = head.pool.width,
                       .features = areas_.back().output.channels * head.pool.height * head.pool.width,
                       .is_regressor = head.is_regressor};
        const std::array<int, 3> units{result.features, head.hidden, head.classes};
        const std::array<std::string_view, 2> modules{"readout.1", "readout.4"};
        for (std::size_t layer = 0; layer < 2; ++layer) {
            const int owner = static_cast<int>(layer);
            result.weight[layer] = add({.name = joined(modules[layer], ".weight"sv),
                                        .is = parameter::role::readout_weight,
                                        .owner = owner,
                                        .shape = {units[layer + 1], units[layer], 1, 1},
                                        .rank = 2});
            result.bias[layer] = add({.name = joined(modules[layer], ".bias"sv),
                                      .is = parameter::role::readout_bias,
                                      .owner = owner,
                                      .shape = {units[layer + 1], 1, 1, 1},
                                      .rank = 1});
        }
        return result;
    }

  private:
    static constexpr key joined(const key& start, std::string_view end) {
        key name = start;  // whole: Clang counts the steps of a constant, and characters one by one are many
        name += end;
        return name;
    }
    static constexpr key joined(std::string_view start, std::string_view end) {
        key name;
        name += start;
        return joined(name, end);
    }

    constexpr int add(const parameter& one) {
        parameters_[next_parameter_] = one;
        return static_cast<int>(next_parameter_++);
    }

    constexpr void lower_area(const area_declaration& declared, std::string_view name, int index,
                              std::string_view prefix) {
        key path;
        path += prefix;
        path += "areas."sv;
        path += index;
        auto& lowered = areas_[static_cast<std::size_t>(index)];
        lowered = {.name = name,
                   .input = {declared.input_channels, declared.height, declared.width},
                   .output = {declared.output_channels, declared.height, declared.width},
                   .feedback = {declared.feedback_channels, declared.height, declared.width},
                   .output_nonlinearity = declared.output_nonlinearity,
                   .initial_output = declared.initial_output,
                   .initial_feedback = declared.initial_feedback,
                   .input_class = declared.input_class,
                   .feedback_class = declared.feedback_class,
                   .first_type = static_cast<int>(next_type_),
                   .types = static_cast<int>(declared.types.size()),
                   .first_edge = static_cast<int>(next_edge_)};
        lower_types(declared, index);
        for (std::size_t row = 0; row < declared.rows.size(); ++row) lower_row(declared, lowered, index, row, path);
        lowered.edges = static_cast<int>(next_edge_) - lowered.first_edge;
        for (int type = 0; type < lowered.types; ++type) lower_tau(lowered.first_type + type, type, path);
    }

    constexpr void lower_types(const area_declaration& declared, int index) {
        for (std::size_t i = 0; i < declared.types.size(); ++i) {
            const auto& type = declared.types[i];
            const int divisor = type.half_density ? 2 : 1;
            types_[next_type_++] = {.name = declared.type_names[i],
                                    .area = index,
                                    .kind = type.kind,
                                    .shape = {type.subtypes, (declared.height + divisor - 1) / divisor,
                                              (declared.width + divisor - 1) / divisor},
                                    .nonlinearity = type.nonlinearity,
                                    .tau = type.tau,
                                    .initial_tau = type.initial_tau,
                                    .initial_state = type.initial_state,
                                    .signed_rates = type.signed_rates};
        }
    }

    constexpr void lower_row(const area_declaration& declared, const area& lowered, int index, std::size_t row,
                             const key& path) {
        const key to_types = module_start(path, ".convs."sv, row), to_output = module_start(path, ".out_convs."sv, row);
        std::size_t column = 0;
        for (const auto& cell : declared.rows[row].cells) {
            if (cell.present())
                lower_edge(declared, lowered, index, row, column,
                           column < declared.types.size() ? to_types : to_output);
            ++column;
        }
    }

    /// What the names of a row's modules start with, made once for all of them.
    static constexpr key module_start(const key& path, std::string_view kind, std::size_t row) {
        key name = joined(path, kind);
        name += static_cast<int>(row);
        name += "->"sv;
        return name;
    }

    constexpr void lower_edge(const area_declaration& declared, const area& lowered, int index, std::size_t row,
                              std::size_t column, const key& module_start) {
        const auto& from = declared.rows[row];
        const auto& with = from.cells[column].with;
        edge result{.area = index,
                    .row = static_cast<int>(row),
                    .column = static_cast<int>(column),
                    .extent = with.extent,
                    .groups = with.groups,
                    .nonlinearity = with.nonlinearity};
        const auto kind = lower_source(result, from, declared, lowered);
        result.sign = kind == neuron_class::inhibitory ? -1 : 1;
        result.non_negative = kind != neuron_class::hybrid;
        if (column < declared.types.size()) {
            result.postsynaptic = lowered.first_type + static_cast<int>(column);
            result.output = types_[static_cast<std::size_t>(result.postsynaptic)].shape;
        } else {
            result.output = lowered.output;
        }
        const map_shape full{0, declared.height, declared.width};
        const bool same_grid = result.input.same_grid(result.output);
        result.stride = !same_grid && result.input.same_grid(full) ? 2 : 1;
        result.upsample = !same_grid && result.stride == 1;
        add_parameters(result, with.bias, module_start);
        edges_[next_edge_++] = result;
    }

    /// Sets what an edge reads, and gives the class of the cells there.
    constexpr neuron_class lower_source(edge& result, const row_declaration& from, const area_declaration& declared,
                                        const area& lowered) const {
        using source = row_declaration::source;
        if (from.from == source::stimulus) {
            result.input = lowered.input;
            return declared.input_class;
        }
        if (from.from == source::top_down) {
            result.from = edge::source::top_down;
            result.input = lowered.feedback;
            return declared.feedback_class;
        }
        result.from = edge::source::neuron_type;
        result.presynaptic = lowered.first_type + from.neuron_type;
        const auto& type = types_[static_cast<std::size_t>(result.presynaptic)];
        result.input = type.shape;
        return type.kind;
    }

    /// The next edge's weight, and its bias where it has one.
    constexpr void add_parameters(edge& next, bool has_bias, const key& module_start) {
        key module = module_start;
        if (next.to_output()) {
            module += "out"sv;
        } else {
            module += next.column;
        }
        module += ".0"sv;
        const auto bound = next.non_negative ? parameter::bound::non_negative : parameter::bound::free;
        const int owner = static_cast<int>(next_edge_);
        next.weight = add(
            {.name = joined(module, ".weight"sv),
             .is = parameter::role::edge_weight,
             .constraint = bound,
             .owner = owner,
             .shape = {next.output.channels, next.input.channels / next.groups, next.extent.height, next.extent.width},
             .rank = 4});
        if (has_bias)
            next.bias = add({.name = joined(module, ".bias"sv),
                             .is = parameter::role::edge_bias,
                             .constraint = bound,
                             .owner = owner,
                             .shape = {next.output.channels, 1, 1, 1},
                             .rank = 1});
    }

    constexpr void lower_tau(int index, int position, const key& path) {
        auto& type = types_[static_cast<std::size_t>(index)];
        const bool subtypes = is_by_subtype(type.tau), positions = is_by_position(type.tau);
        key name = path;
        name += ".tau."sv;
        name += position;
        type.tau_parameter = add({.name = name,
                                  .is = parameter::role::tau,
                                  .constraint = parameter::bound::at_least_one,
                                  .owner = index,
                                  .shape = {1, subtypes ? type.shape.channels : 1, positions ? type.shape.height : 1,
                                            positions ? type.shape.width : 1},
                                  .rank = 4});
    }

    constexpr void lower_feedback(const feedback_declaration& declared, std::string_view prefix) {
        const auto& from = areas_[static_cast<std::size_t>(declared.from)];
        const auto& to = areas_[static_cast<std::size_t>(declared.to)];
        feedback_edge result{.from = declared.from,
                             .to = declared.to,
                             .input = from.output,
                             .output = to.feedback,
                             .extent = declared.with.extent,
                             .nonlinearity = declared.with.nonlinearity};
        key module;
        module += prefix;
        module += "feedback_convs."sv;
        module += declared.from;
        module += "->"sv;
        module += declared.to;
        module += ".1"sv;
        const int owner = static_cast<int>(next_feedback_);
        result.weight = add({.name = joined(module, ".weight"sv),
                             .is = parameter::role::feedback_weight,
                             .owner = owner,
                             .shape = {to.feedback.channels, from.output.channels, declared.with.extent.height,
                                       declared.with.extent.width},
                             .rank = 4});
        if (declared.with.bias)
            result.bias = add({.name = joined(module, ".bias"sv),
                               .is = parameter::role::feedback_bias,
                               .owner = owner,
                               .shape = {to.feedback.channels, 1, 1, 1},
                               .rank = 1});
        feedback_[next_feedback_++] = result;
    }

    std::span<area> areas_;
    std::span<neuron_type> types_;
    std::span<edge> edges_;
    std::span<feedback_edge> feedback_;
    std::span<parameter> parameters_;
    std::size_t next_type_ = 0, next_edge_ = 0, next_feedback_ = 0, next_parameter_ = 0;
};

/// The parts of an area, a network, or a network with a readout that lowering reads.
template <class Declared>
struct lowered_parts {
    using network_parts = typename detail::declared_network<Declared>::type::network_parts;
};
template <class Declared>
requires requires { typename Declared::area_parts; }
struct lowered_parts<Declared> {
    using network_parts = cortexpr::detail::network_reader<Declared>;
};

template <class Declared>
struct lowered {
    static constexpr auto& declaration = lowered_parts<Declared>::network_parts::declaration;
    static constexpr auto& readout = detail::declared_network<Declared>::readout;
    static constexpr bool has_readout = readout.has_network;

    static consteval auto lower() {
        tables<sizes_of(declaration, has_readout)> all;
        lowering pass(all.areas, all.types, all.edges, all.feedback, all.parameters);
        pass.lower(declaration, has_readout ? "rnn." : "");
        if constexpr (has_readout) all.readout = pass.lower_readout(readout);
        return all;
    }
    static constexpr auto stored = lower();
    static constexpr network value{.name = type_name<Declared>,
                                   .areas = stored.areas,
                                   .types = stored.types,
                                   .edges = stored.edges,
                                   .feedback = stored.feedback,
                                   .parameters = stored.parameters,
                                   .pool = declaration.pool,
                                   .area_delay = declaration.area_delay,
                                   .readout = stored.readout};
};

}  // namespace cortexpr::plan

namespace cortexpr {

namespace detail {
template <class Declared>
consteval auto planned() {
    // A refused declaration gets no second error.
    if constexpr (IsOfConnectome<Declared>) {
        if constexpr (is_wired<Declared>) {
            return plan::detail::lowered_connectome<Declared>::value;
        } else {
            return plan::connectome{};
        }
    } else if constexpr (is_wired<Declared>) {
        return plan::lowered<Declared>::value;
    } else {
        return plan::network{};
    }
}
}  // namespace detail

/// The plan of a classifier, a regressor, a network or a single area: a plan::network; of a connectome, or a classifier
/// or regressor of one: a plan::connectome.
template <class Declared>
inline constexpr auto plan_of = detail::planned<Declared>();

}  // namespace cortexpr
