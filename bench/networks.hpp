#pragma once
// The digits example's network at other sizes, and with what users add to it: what the table of speeds is measured on.
// No LibTorch here.

#include <cortexpr/plan/network.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace bench {

/// What a network has that the digits example's hasn't: ReLU instead of the sigmoid, inhibitory neurons at half
/// density, feedback from each area to the one below, edges in four groups, all edges of 5 x 5.
enum class kind : std::uint8_t { plain, relu, half_density, feedback, groups, wide };
inline constexpr std::string_view kind_names[]{"plain", "relu", "half_density", "feedback", "groups", "wide"};

/// Channels of each neuron type (outputs have twice as many), side of the image in pixels, areas one above the other on
/// the same grid.
struct extents {
    int channels = 16, size = 28, areas = 1;
    bench::kind kind = bench::kind::plain;
    friend bool operator==(const extents&, const extents&) = default;
};

struct sized_network {
    extents with{};
    const cortexpr::plan::network* plan = nullptr;
    std::int64_t parameters = 0;
};

/// The networks that are compiled in, the digits example's first.
std::span<const sized_network> networks();

/// The one of these extents, or nullptr.
const sized_network* network_of(const extents& wanted);

}  // namespace bench
