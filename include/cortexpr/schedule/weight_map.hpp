#pragma once
// Which numbers of merged convolutions and state maps a network's parameters are. Executors read it in both directions:
// to merge parameters, and to split the gradients of what was merged, which is the adjoint.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/merge.hpp>

namespace cortexpr::plan {

/// The weights of one edge, by channels of the maps that its convolution reads and drives.
struct weight_block {
    int first_source = 0, first_target = 0;
    int sources = 0, targets = 0;
    int groups = 1;
    int source_type = 0;  ///< the neuron type of the source channels; 0 where no state is read
    int parameter = -1;
    int sign = 1;  ///< of the source; 1 where a nonlinearity of the edge's own comes before the sign
};

/// Calls visit(source channel, target channel) for every pair that a block connects, in the order of its parameter.
template <class Visitor>
constexpr void for_each_pair(const weight_block& block, Visitor visit) {
    const int sources = block.sources / block.groups, targets = block.targets / block.groups;
    for (int target = 0; target < block.targets; ++target)
        for (int source = 0; source < sources; ++source)
            visit(block.first_source + target / targets * sources + source, block.first_target + target);
}

/// The weight blocks of a merged convolution, in the order of its edges.
constexpr std::vector<weight_block> weight_blocks_of(const network& network, const schedule& schedule,
                                                     const merged_convolution& one) {
    const auto channel_of = [&schedule](int type) { return type < 0 ? 0 : schedule.channel_of_type[index(type)]; };
    std::vector<weight_block> blocks;
    for (const int number : one.edges) {
        const auto& edge = network.edges[index(number)];
        blocks.push_back({.first_source = channel_of(edge.presynaptic),
                          .first_target = channel_of(edge.postsynaptic),
                          .sources = edge.input.channels,
                          .targets = edge.output.channels,
                          .groups = edge.groups,
                          .source_type = edge.presynaptic < 0 ? 0 : edge.presynaptic,
                          .parameter = edge.weight,
                          .sign = one.is_plain() ? edge.sign : 1});
    }
    return blocks;
}

/// The biases of a plain edge, which are added to a state map's drive or to an output, once for each position.
struct bias_block {
    int map = -1;  ///< the state map, or -1 for the area's output
    int area = 0;
    int first = 0, channels = 0;
    int parameter = -1;
    int sign = 1;
};

/// In the order of the edges; those without a bias or with a nonlinearity of their own have no block.
constexpr std::vector<bias_block> bias_blocks_of(const network& network, const schedule& schedule) {
    std::vector<bias_block> blocks;
    for (const auto& edge : network.edges) {
        if (edge.bias < 0 || edge.nonlinearity != activation::none) continue;
        const auto type = index(edge.postsynaptic);
        blocks.push_back({.map = edge.to_output() ? -1 : schedule.map_of_type[type],
                          .area = edge.area,
                          .first = edge.to_output() ? 0 : schedule.channel_of_type[type],
                          .channels = edge.output.channels,
                          .parameter = edge.bias,
                          .sign = edge.sign});
    }
    return blocks;
}

/// The time constants of a neuron type. The rate of a channel at a position is 1 / element(channel, position).
struct rate_block {
    int map = 0;
    int first = 0, channels = 0;
    int parameter = -1;
    bool by_channel = false;
    std::int64_t positions = 1;  ///< 1 where all positions share an element

    /// Elements of the parameter.
    constexpr std::int64_t size() const { return (by_channel ? channels : 1) * positions; }
    constexpr std::int64_t element(int channel, std::int64_t position) const {
        return (by_channel ? channel * positions : 0) + (positions > 1 ? position : 0);
    }
};

/// By neuron type.
constexpr std::vector<rate_block> rate_blocks_of(const network& network, const schedule& schedule) {
    std::vector<rate_block> blocks;
    for (std::size_t type = 0; type < network.types.size(); ++type) {
        const auto& declared = network.types[type];
        blocks.push_back({.map = schedule.map_of_type[type],
                          .first = schedule.channel_of_type[type],
                          .channels = declared.shape.channels,
                          .parameter = declared.tau_parameter,
                          .by_channel = is_by_subtype(declared.tau),
                          .positions = is_by_position(declared.tau) ? declared.shape.positions() : 1});
    }
    return blocks;
}

}  // namespace cortexpr::plan
