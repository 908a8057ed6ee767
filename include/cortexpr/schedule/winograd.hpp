#pragma once
// Which convolutions are computed in the Winograd domain (S. Winograd, 1980): tiles of 4 x 4 positions, of 6 x 6 points
// for an extent of 3 x 3, of 8 x 8 for 5 x 5, each with one multiplication, where the direct sum has 144 (400) a tile.
// Decided from extent and sizes, so at compile time for a declared network.

#include <cortexpr/compiler.hpp>

#include <cortexpr/numbers/winograd.hpp>
#include <cortexpr/schedule/merge.hpp>

namespace cortexpr::plan {

using kernels::winograd_points;

/// Whether there are tiles of an extent.
constexpr bool has_winograd_tiles(cortexpr::extent extent) {
    return extent.height == extent.width && (extent.height == 3 || extent.height == 5);
}

/// Tiles that cover a map; 0 where there are none of that extent.
constexpr std::int64_t winograd_tile_count(cortexpr::extent extent, int height, int width) {
    constexpr int side = kernels::winograd_positions;
    if (!has_winograd_tiles(extent)) return 0;
    return std::int64_t{(height + side - 1) / side} * ((width + side - 1) / side);
}

/// Whether tiles cost less than the direct sum for a number of channel pairs. A tile costs one multiply-add for each
/// point and pair, and 250 operations (of 8 x 8 points 640) for each channel that is transformed to the Winograd domain
/// or back; measured are about 400, and docs/dev/schedule.md (Numbers) says why either will do.
constexpr bool pays_as_winograd(cortexpr::extent extent, int stride, const map_shape& target, int sources, int targets,
                                std::int64_t pairs) {
    if (!has_winograd_tiles(extent) || stride != 1) return false;
    const std::int64_t transform_cost = extent.height == 3 ? 250 : 640;
    const auto tiles = winograd_tile_count(extent, target.height, target.width);
    const std::int64_t direct = std::int64_t{target.height} * target.width * extent.height * extent.width * pairs;
    return direct > tiles * (winograd_points(extent.height) * pairs + transform_cost * (sources + targets));
}

constexpr bool pays_as_winograd(const network& network, const merged_convolution& one) {
    std::int64_t pairs = 0;
    map_shape target{};
    int sources = 0, targets = 0;
    std::vector<int> read, reached;  // neuron types whose channels are counted; -1 for an input or output
    const auto is_new = [](std::vector<int>& seen, int type) {
        for (const int earlier : seen)
            if (earlier == type) return false;
        seen.push_back(type);
        return true;
    };
    for (const int index : one.edges) {
        const auto& edge = network.edges[static_cast<std::size_t>(index)];
        pairs += std::int64_t{edge.input.channels / edge.groups} * edge.output.channels;
        if (is_new(read, edge.presynaptic)) sources += edge.input.channels;
        if (is_new(reached, edge.postsynaptic)) targets += edge.output.channels;
        target = edge.output;
    }
    return pays_as_winograd(one.extent, one.stride, target, sources, targets, pairs);
}

constexpr bool pays_as_winograd(const feedback_edge& edge) {
    return pays_as_winograd(edge.extent, 1, edge.output, edge.input.channels, edge.output.channels,
                            std::int64_t{edge.input.channels} * edge.output.channels);
}

/// Whether a nonlinearity's slope jumps. A sum of nothing but zeros is 0 when it is direct, and as Winograd a rounding
/// error of its neighbourhood, above or below 0. Where no slope jumps that is an error like any other. A kink, though,
/// takes the other slope there, and such zeros come to it from the whole network; so in its network, sums that are
/// nearly 0 are taken by tap, as a direct convolution does.
constexpr bool has_kinks(const network& network) {
    bool all = true;
    for (const auto& type : network.types) all = all && is_smooth(type.nonlinearity);
    for (const auto& edge : network.edges) all = all && is_smooth(edge.nonlinearity);
    for (const auto& area : network.areas) all = all && is_smooth(area.output_nonlinearity);
    for (const auto& edge : network.feedback) all = all && is_smooth(edge.nonlinearity);
    return !all;
}

}  // namespace cortexpr::plan
