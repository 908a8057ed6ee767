#pragma once
// Which numbers of the on-chip kernels a network's parameters are, and the other way round for their gradients: what an
// engine needs to merge them, as indices.

#include <cortexpr/schedule/on_chip/fit.hpp>

#include <vector>

namespace cortexpr::plan {

/// Element `element` of a parameter is, or is added to, number `place` among all (on_chip_offsets).
struct on_chip_link {
    std::ptrdiff_t element = 0, place = 0;
};

/// All links of one parameter. Numbers are the sum of sign * parameter over their links; of a tau, 1 / parameter.
/// Gradients go the same way back: an element's is the sum over its links of sign * gradient of the place; of a tau,
/// - gradient / tau^2.
struct on_chip_links {
    std::vector<on_chip_link> links{};  ///< empty for the readout's parameters
    int sign = 1;
    bool is_tau = false;
};

namespace detail {

/// Of the stimulus and the output: 0.
constexpr int first_channel_or_0(const network& network, int type) {
    return type < 0 ? 0 : first_channel_of(network, static_cast<std::size_t>(type));
}

constexpr std::vector<on_chip_link> weight_links(const network& network, const edge& edge, const on_chip_sizes& sizes) {
    const on_chip_offsets offsets(sizes);
    const bool from_states = edge.from == edge::source::neuron_type;
    const auto start = edge.to_output() ? offsets.output_weights
                       : from_states    ? offsets.state_weights
                                        : offsets.input_weights;
    const int sources = from_states ? sizes.states : sizes.inputs;
    const int targets = edge.to_output() ? sizes.outputs : sizes.states;
    const int taps = edge.extent.height * edge.extent.width;
    const int in_group = edge.input.channels / edge.groups, out_group = edge.output.channels / edge.groups;
    std::vector<on_chip_link> links;
    for (int target = 0; target < edge.output.channels; ++target)
        for (int source = 0; source < in_group; ++source)
            for (int tap = 0; tap < taps; ++tap) {
                const int from = first_channel_or_0(network, edge.presynaptic) + target / out_group * in_group + source;
                const int to = first_channel_or_0(network, edge.postsynaptic) + target;
                links.push_back({(std::ptrdiff_t{target} * in_group + source) * taps + tap,
                                 start + (std::ptrdiff_t{tap} * sources + from) * targets + to});
            }
    return links;
}

constexpr std::vector<on_chip_link> channel_links(std::ptrdiff_t first, int channels, bool is_shared) {
    std::vector<on_chip_link> links;
    for (int c = 0; c < channels; ++c) links.push_back({is_shared ? 0 : c, first + c});
    return links;
}

}  // namespace detail

/// Of a network that fits on chip.
constexpr on_chip_links on_chip_links_of(const network& network, const parameter& parameter) {
    const auto sizes = on_chip_sizes_of(network, 1);
    const on_chip_offsets offsets(sizes);
    const auto owner = static_cast<std::size_t>(parameter.owner);
    switch (parameter.is) {
        case parameter::role::edge_weight:
            return {detail::weight_links(network, network.edges[owner], sizes), network.edges[owner].sign, false};
        case parameter::role::edge_bias: {
            const auto& edge = network.edges[owner];
            const auto first = edge.to_output() ? offsets.output_bias
                                                : offsets.bias + detail::first_channel_or_0(network, edge.postsynaptic);
            return {detail::channel_links(first, edge.output.channels, false), edge.sign, false};
        }
        case parameter::role::tau: {
            const auto& type = network.types[owner];
            return {detail::channel_links(offsets.rate + detail::first_channel_of(network, owner), type.shape.channels,
                                          type.tau == tau_mode::per_type),
                    1, true};
        }
        default:
            return {};
    }
}

}  // namespace cortexpr::plan
