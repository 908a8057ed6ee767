#pragma once
// Sums and largest values over a block's threads and a warp's lanes, in an order that is always the same.

#include "bfloat16.hpp"

namespace cortexpr::kernels::cuda {

/// values[0] = the sum of `count` of them in shared memory.
template <class Block>
CORTEXPR_DEVICE void add_shared(Block& block, float* values, int count) {
    while (count > 1) {
        const int half = (count + 1) / 2;
        block.for_each_thread([&](int thread) {
            for (int i = thread; i + half < count; i += block.threads()) values[i] += values[i + half];
        });
        count = half;
    }
}

/// Each lane's value becomes the sum of all lanes'.
template <class Block, class Lanes>
CORTEXPR_DEVICE void add_lanes(Lanes& values) {
    for (int mask = 16; mask > 0; mask /= 2) {
        const auto others = Block::exchanged(values, mask);
        Block::for_each_lane([&](int lane) { values.at(lane, 0) += others.at(lane, 0); });
    }
}

}  // namespace cortexpr::kernels::cuda
