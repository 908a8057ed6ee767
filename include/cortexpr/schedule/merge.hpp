#pragma once
// Which convolutions an executor computes: edges that read one map and drive one map in the same way are one
// convolution over all of its channels. The result is exact.
//
// Ordinary constexpr functions: executors call them at run time, tables and tests at compile time.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/network.hpp>

#include <vector>

namespace cortexpr::plan {

/// The states of those types of an area that share a grid, their channels side by side.
struct state_map {
    int area = 0;
    bool half = false;  ///< of the half-density types
    int height = 0, width = 0;
    int channels = 0;
    std::vector<int> types{};  ///< neuron types, in the order of their channels

    constexpr map_shape shape() const { return {channels, height, width}; }
};

/// Edges that one convolution computes: same area, source map, target map and extent, no nonlinearity of their own. The
/// signs of their sources are folded into its weights. An edge with a nonlinearity stays alone and keeps its sign: the
/// sign comes after the nonlinearity.
struct merged_convolution {
    int area = 0;
    edge::source from = edge::source::stimulus;
    int source_map = -1;  ///< index of the states it reads, or -1
    int target_map = -1;  ///< index of the states it drives, or -1 for the area's output
    cortexpr::extent extent{};
    int stride = 1;
    bool upsample = false;
    activation_function nonlinearity = activation::none;
    std::vector<int> edges{};

    constexpr bool to_output() const { return target_map < 0; }
    constexpr bool is_plain() const { return nonlinearity == activation::none; }
};

struct schedule {
    std::vector<state_map> maps{};                   ///< area by area, the full grid first
    std::vector<int> map_of_type{};                  ///< by neuron type: index of its state map
    std::vector<int> channel_of_type{};              ///< by neuron type: its first channel in that map
    std::vector<merged_convolution> convolutions{};  ///< area by area
};

namespace detail {

constexpr bool merges(const merged_convolution& all, const merged_convolution& one) {
    return all.is_plain() && one.is_plain() && all.area == one.area && all.from == one.from &&
           all.source_map == one.source_map && all.target_map == one.target_map && all.stride == one.stride &&
           all.upsample == one.upsample && all.extent.height == one.extent.height &&
           all.extent.width == one.extent.width;
}

constexpr void add_maps(schedule& all, const network& network, int area_index) {
    const auto& area = network.areas[index(area_index)];
    for (const bool half : {false, true}) {
        state_map map{.area = area_index, .half = half};
        for (int type = area.first_type; type < area.first_type + area.types; ++type) {
            const auto own = index(type);
            const auto& shape = network.types[own].shape;
            if (shape.same_grid(area.input) == half) continue;
            all.map_of_type[own] = static_cast<int>(all.maps.size());
            all.channel_of_type[own] = map.channels;
            map.types.push_back(type);
            map.height = shape.height;
            map.width = shape.width;
            map.channels += shape.channels;
        }
        if (map.channels > 0) all.maps.push_back(map);
    }
}

}  // namespace detail

constexpr schedule schedule_of(const network& network) {
    schedule all;
    all.map_of_type = std::vector<int>(network.types.size(), 0);
    all.channel_of_type = all.map_of_type;
    for (std::size_t area = 0; area < network.areas.size(); ++area)
        detail::add_maps(all, network, static_cast<int>(area));
    const auto map_of = [&all](int type) { return type < 0 ? -1 : all.map_of_type[index(type)]; };
    for (std::size_t i = 0; i < network.edges.size(); ++i) {
        const auto& edge = network.edges[i];
        merged_convolution one{.area = edge.area,
                               .from = edge.from,
                               .source_map = map_of(edge.presynaptic),
                               .target_map = map_of(edge.postsynaptic),
                               .extent = edge.extent,
                               .stride = edge.stride,
                               .upsample = edge.upsample,
                               .nonlinearity = edge.nonlinearity,
                               .edges = {static_cast<int>(i)}};
        bool merged = false;
        for (auto& earlier : all.convolutions) {
            if (merged || !detail::merges(earlier, one)) continue;
            earlier.edges.push_back(static_cast<int>(i));
            merged = true;
        }
        if (!merged) all.convolutions.push_back(one);
    }
    return all;
}

}  // namespace cortexpr::plan
