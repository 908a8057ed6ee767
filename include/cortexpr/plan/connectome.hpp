#pragma once
// A declared connectome as flat arrays over static storage: `plan_of<Motion>`. What it lacks, the number of cells and
// their synapses, comes from a circuit::graph.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/enforce.hpp>
#include <cortexpr/plan/network.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace cortexpr::plan {

/// A cell type; how many cells it has, the file says.
struct cell_type {
    std::string_view name;                     ///< of the user's struct
    neuron_class kind = neuron_class::hybrid;  ///< what Dale's law demands of the weights that its cells send
    /// f of h(t) = f(z(t)) / tau + (1 - 1/tau) h(t-1) (docs/connectome.md).
    activation_function nonlinearity = activation::sigmoid;
    bool has_tau = true;                     ///< false: h(t) = f(z(t))
    tau_mode tau = tau_mode::per_neuron;     ///< or per_type
    tau_start initial_tau = 1.0;             ///< what time constants start from, in steps
    bias_mode bias = bias_mode::per_neuron;  ///< which cells share a bias
    double initial_bias = 0.0;               ///< what biases start from
    fill initial_state = fill::zeros;        ///< before the first step, where a run is given none
    bool rectified = false;                  ///< rates are max(0, f(z))
    bool signed_rates = false;               ///< rates and states may be negative: declared so, or hybrid
};

/// How inputs reach cells, or cells outputs.
struct projection {
    projection_kind kind = projection_kind::one_to_one;  ///< how inputs and cells, or cells and outputs, are paired
    int size = 0;                                        ///< of inputs or outputs; 0 where the number of cells says it
    std::span<const int> types{};  ///< whose cells take part, in the order in which they are named; empty: every cell
    bool bias = false;             ///< of what is learned
};

/// A network of single cells.
struct connectome {
    std::string_view name;                           ///< of the user's struct
    std::span<const cell_type> types;                ///< in the order of the declaration
    bool any_synapses = false;                       ///< the file may connect any two types
    std::span<const type_pair> connections{};        ///< which types it may connect otherwise
    projection stimulus{}, output{};                 ///< from inputs to cells, and from cells to outputs
    weight_mode weights = weight_mode::per_synapse;  ///< what is trained of the recurrent synapses
    plan::readout readout{};  ///< its features come from the graph where the output has no declared size

    /// Whether it ends in a readout.
    constexpr bool has_readout() const { return readout.classes > 0; }
    /// Whether that tells classes apart.
    constexpr bool is_classifier() const { return has_readout() && !readout.is_regressor; }
    /// Or fits continuous targets.
    constexpr bool is_regressor() const { return has_readout() && readout.is_regressor; }
};

namespace detail {

constexpr std::size_t connections_of(const connectome_declaration& all) {
    std::size_t count = 0;
    for (const auto& row : all.rows) count += row.postsynaptic.size();
    return count;
}

constexpr projection lowered_projection(const projection_declaration& part, bool has_bias) {
    return {.kind = part.kind,
            .size = part.size,
            .types = part.all ? std::span<const int>() : part.types,
            .bias = has_bias && part.kind != projection_kind::one_to_one};
}

/// What a declaration is, or what its readout reads: an area, a network or a connectome.
template <class Declared>
struct declared_network {
    using type = Declared;
    static constexpr readout_declaration readout{};
};
template <class Declared>
requires requires { typename Declared::readout_parts; }
struct declared_network<Declared> {
    using type = typename Declared::readout_parts::network_type;
    static constexpr readout_declaration readout = Declared::readout_parts::declaration;
};

template <class Declared>
struct lowered_connectome {
    static constexpr auto& declaration = declared_network<Declared>::type::connectome_parts::declaration;
    static constexpr auto& readout = declared_network<Declared>::readout;

    static consteval auto lower_types() {
        std::array<cell_type, declaration.types.size()> lowered{};
        for (std::size_t i = 0; i < lowered.size(); ++i) {
            const auto& declared = declaration.types[i];
            lowered[i] = {.name = declaration.type_names[i],
                          .kind = declared.kind,
                          .nonlinearity = declared.nonlinearity,
                          .has_tau = declared.has_tau,
                          .tau = declared.tau,
                          .initial_tau = declared.initial_tau,
                          .bias = declared.bias,
                          .initial_bias = declared.initial_bias,
                          .initial_state = declared.initial_state,
                          .rectified = declared.rectified,
                          .signed_rates = declared.signed_rates || declared.kind == neuron_class::hybrid};
        }
        return lowered;
    }
    static consteval auto lower_connections() {
        std::array<type_pair, connections_of(declaration)> pairs{};
        std::size_t next = 0;
        for (const auto& row : declaration.rows)
            for (const int target : row.postsynaptic) pairs[next++] = {row.presynaptic, target};
        return pairs;
    }
    static constexpr auto types = lower_types();
    static constexpr auto connections = lower_connections();
    static constexpr connectome value{.name = type_name<Declared>,
                                      .types = types,
                                      .any_synapses = declaration.any_synapses(),
                                      .connections = connections,
                                      .stimulus = lowered_projection(declaration.stimulus, false),
                                      .output = lowered_projection(declaration.output, true),
                                      .weights = declaration.weights,
                                      .readout = {.classes = readout.classes,
                                                  .hidden = readout.has_network ? readout.hidden : 0,
                                                  .dropout = readout.dropout,
                                                  .features = declaration.output.size,
                                                  .is_regressor = readout.is_regressor}};
};

}  // namespace detail

}  // namespace cortexpr::plan

namespace cortexpr::detail {

/// A connectome, or a classifier or regressor of one.
template <class Declared>
concept IsOfConnectome = DeclaresConnectome<Declared> || requires {
    requires Complete<Declared>;
    requires DeclaresConnectome<typename Declared::readout_parts::network_type>;
};

}  // namespace cortexpr::detail
