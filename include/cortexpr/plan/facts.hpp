#pragma once
// Constexpr facts about a declared network: parameters, operations, bytes, edges.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>
#include <cortexpr/check/refused.hpp>
#include <cortexpr/plan/delays.hpp>
#include <cortexpr/plan/lower.hpp>

namespace cortexpr {

namespace plan {

/// Numbers that training may change, in all parameters together.
constexpr std::int64_t parameter_count(const network& network) {
    std::int64_t count = 0;
    for (const auto& parameter : network.parameters) count += parameter.size();
    return count;
}

/// Operations of one convolution on one image, two for each multiply-add; the bias is not counted.
constexpr std::int64_t convolution_flops(const map_shape& input, const map_shape& output, cortexpr::extent extent,
                                         int groups) {
    return 2 * output.size() * (input.channels / groups) * extent.height * extent.width;
}

/// The same of an edge, with its own maps.
constexpr std::int64_t flops(const edge& edge) {
    return convolution_flops(edge.input, edge.output, edge.extent, edge.groups);
}

/// A feedback edge costs its convolution, after the later area's output was resized.
constexpr std::int64_t flops(const feedback_edge& edge) {
    const map_shape resized{edge.input.channels, edge.output.height, edge.output.width};
    return convolution_flops(resized, edge.output, edge.extent, 1);
}

/// The cost of one of the readout's layers, 0 and 1.
constexpr std::int64_t flops(const readout& head, int layer) {
    return 2 * std::int64_t{head.hidden} * (layer == 0 ? head.features : head.classes);
}

/// How many times a run of `steps` steps computes an edge, where nothing is recorded: an edge into a neuron type at
/// every step, one into an output wherever the output is read. The last area's is read at the last step, and where
/// feedback leaves it at every step; another's by the area above, with area_delay one step late, so not at the last.
constexpr int evaluations(const network& network, const edge& edge, int steps) {
    if (!edge.to_output()) return steps;
    if (edge.area + 1 < static_cast<int>(network.areas.size())) return steps - stimulus_delay(network, edge.area + 1);
    return network.sends_feedback(edge.area) ? steps : 1;
}

/// Feedback is heard at the next step, so the last step sends none.
constexpr int evaluations(const feedback_edge&, int steps) { return steps - feedback_delay; }

/// Operations of a forward pass on one image as the transparent executor does it: all edges as often as they are
/// computed, and the readout once. Pointwise work and resizing are not counted.
constexpr std::int64_t forward_flops(const network& network, int steps) {
    std::int64_t total = 0;
    for (const auto& edge : network.edges) total += flops(edge) * evaluations(network, edge, steps);
    for (const auto& edge : network.feedback) total += flops(edge) * evaluations(edge, steps);
    return total + flops(network.readout, 0) + flops(network.readout, 1);
}

/// Elements of the states of all neuron types, for one image and one step.
constexpr std::int64_t state_size(const network& network) {
    std::int64_t size = 0;
    for (const auto& type : network.types) size += type.shape.size();
    return size;
}

}  // namespace plan

namespace errors {

/// A fact that the declaration of a connectome leaves open.
template <class Connectome>
struct fact_of_a_connectome {
    static_assert(never<fact_of_a_connectome>,
                  "[cortexpr] the file decides how many cells and synapses a connectome has, and so its parameters, "
                  "operations and bytes; ask at run time, once the file is read");
};

/// What is counted in a run of no step.
template <int Steps>
struct run_without_a_step {
    static_assert(never<run_without_a_step>, "[cortexpr] a run has at least one step; write forward_flops<Digits, 5>");
};

}  // namespace errors

namespace detail {

/// Steps of a run that is counted; where there are none, an error, and one step in their place.
template <int Steps>
struct counted_steps {
    using verdict = std::conditional_t<(Steps < 1), errors::run_without_a_step<Steps>, nothing_to_say>;
    static_assert(sizeof(verdict) > 0);  // instantiates the error, if there is one
    static constexpr int value = Steps < 1 ? 1 : Steps;
};

/// What facts about a declaration are counted in, and their type.
template <class Declared>
struct facts_of {
    static constexpr bool is_of_connectome = IsOfConnectome<Declared>;
    // A refused one gets no second error.
    using verdict = std::conditional_t<is_wired<Declared> && is_of_connectome, errors::fact_of_a_connectome<Declared>,
                                       nothing_to_say>;
    static_assert(sizeof(verdict) > 0);  // instantiates the error, if there is one
    using number = std::conditional_t<is_wired<Declared> && !is_of_connectome, std::int64_t, unknown_number>;

    static consteval plan::network plan() {
        if constexpr (is_of_connectome) {
            return {};
        } else {
            return plan_of<Declared>;
        }
    }
};
template <class Declared>
inline constexpr plan::network counted_plan = facts_of<Declared>::plan();

/// A plain number where all rules are kept and the declaration decides it.
template <class Declared>
using number_about = typename facts_of<Declared>::number;

}  // namespace detail

/// Trainable numbers: `static_assert(parameter_count<Digits> == 25'290)`.
template <class Declared>
inline constexpr detail::number_about<Declared> parameter_count = plan::parameter_count(detail::counted_plan<Declared>);

/// Operations of one image's forward pass over Steps steps (see plan::forward_flops for what is counted).
template <class Declared, int Steps>
inline constexpr detail::number_about<Declared> forward_flops =
    plan::forward_flops(detail::counted_plan<Declared>, detail::counted_steps<Steps>::value);

/// Bytes of the states of all neuron types, for one image and one step.
template <class Declared, class Scalar = float>
inline constexpr detail::number_about<Declared> state_bytes = plan::state_size(detail::counted_plan<Declared>) *
                                                              static_cast<std::int64_t>(sizeof(Scalar));

/// The edges as a constexpr range of plan::edge, area by area and row by row.
template <class Declared>
inline constexpr std::span<const plan::edge> edges = detail::counted_plan<Declared>.edges;

}  // namespace cortexpr
