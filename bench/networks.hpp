#pragma once
// The digits example's network at other sizes: what the table of speeds is measured on. No LibTorch here.

#include <cortexpr/plan/network.hpp>

#include <cstdint>
#include <span>

namespace bench {

/// Channels of each neuron type (outputs have twice as many), side of the image in pixels, areas one above the other on
/// the same grid.
struct extents {
    int channels = 16, size = 28, areas = 1;
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
