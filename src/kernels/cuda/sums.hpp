#pragma once
// Sums over images without atomics: each block adds up its own images in a slice, and slices are added in their order.

#include "bfloat16.hpp"

#include <cstddef>

namespace cortexpr::kernels::cuda {

/// A block's part of a number of things: ranges of equal length, the last ones shorter.
template <class Number>
struct range_of {
    Number first, last;

    CORTEXPR_DEVICE range_of(int block, int blocks, Number count) {
        const Number each = (count + blocks - 1) / blocks;
        first = block * each < count ? block * each : count;
        last = first + each < count ? first + each : count;
    }
};

/// total = the sum of all slices.
template <class Block>
CORTEXPR_DEVICE void add_slices(Block& block, const float* slices, int count, std::ptrdiff_t size, float* total) {
    block.for_each_thread([&](int thread) {
        const auto stride = std::ptrdiff_t{block.count()} * block.threads();
        for (auto i = std::ptrdiff_t{block.index()} * block.threads() + thread; i < size; i += stride) {
            float sum = 0;
            for (int slice = 0; slice < count; ++slice) sum += slices[slice * size + i];
            total[i] = sum;
        }
    });
}

}  // namespace cortexpr::kernels::cuda
