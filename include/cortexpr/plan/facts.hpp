#pragma once
// Constexpr facts about a declared network: parameters, operations, bytes, edges.

#include <cortexpr/check/refused.hpp>
#include <cortexpr/plan/lower.hpp>

namespace cortexpr {

namespace plan {

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

constexpr std::int64_t flops(const edge& edge) {
    return convolution_flops(edge.input, edge.output, edge.extent, edge.groups);
}

/// Operations of a forward pass on one image as the transparent executor does it: every edge into a neuron type at
/// every step, edges into outputs that are read later in the network at every step, those of the last area's output at
/// the last step only, feedback at every step but the last, and the readout. Pointwise work and resizing are not
/// counted.
constexpr std::int64_t forward_flops(const network& network, int steps) {
    std::int64_t total = 0;
    for (const auto& edge : network.edges) {
        const bool last_output = edge.to_output() && edge.area + 1 == static_cast<int>(network.areas.size());
        bool fed_back = false;
        for (const auto& feedback : network.feedback) fed_back |= feedback.from == edge.area;
        total += flops(edge) * (last_output && !fed_back ? 1 : steps);
    }
    for (const auto& edge : network.feedback) {
        const map_shape resized{edge.input.channels, edge.output.height, edge.output.width};
        total += convolution_flops(resized, edge.output, edge.extent, 1) * (steps - 1);
    }
    const auto& head = network.readout;
    return total + 2 * (std::int64_t{head.features} * head.hidden + std::int64_t{head.hidden} * head.classes);
}

/// Elements of the states of all neuron types, for one image and one step.
constexpr std::int64_t state_size(const network& network) {
    std::int64_t size = 0;
    for (const auto& type : network.types) size += type.shape.size();
    return size;
}

}  // namespace plan

/// Trainable numbers: `static_assert(parameter_count<Digits> == 25'290)`.
template <class Declared>
inline constexpr detail::number_about<Declared> parameter_count = plan::parameter_count(plan_of<Declared>);

/// Operations of one image's forward pass over Steps steps (see plan::forward_flops for what is counted).
template <class Declared, int Steps>
inline constexpr detail::number_about<Declared> forward_flops = plan::forward_flops(plan_of<Declared>, Steps);

/// Bytes of the states of all neuron types, for one image and one step.
template <class Declared, class Scalar = float>
inline constexpr detail::number_about<Declared> state_bytes = plan::state_size(plan_of<Declared>) *
                                                              static_cast<std::int64_t>(sizeof(Scalar));

/// The edges as a constexpr range of plan::edge, area by area and row by row.
template <class Declared>
inline constexpr std::span<const plan::edge> edges = plan_of<Declared>.edges;

}  // namespace cortexpr
