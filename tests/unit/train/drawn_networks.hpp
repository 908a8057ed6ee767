#pragma once
// Networks drawn at run time: areas, feedback, delay, pooling, half density, classes and nonlinearities of every kind.

#include <cortexpr/plan/stored.hpp>

#include <cstdint>

namespace train_test {

struct drawn_network {
    cortexpr::plan::stored_network network;
    int steps = 1;  ///< enough for its images to reach every type, at most 12
};

/// A function of its index.
drawn_network draw_network(std::uint64_t index);

}  // namespace train_test
