#pragma once
// Channels in blocks of 16, as the on-chip kernels have them: masks of blocks, and which channels a lane's sums are of.

#include "../pointwise_math.hpp"

#include <cstdint>

namespace cortexpr::kernels::cuda {

constexpr bool has(std::uint32_t mask, int block) { return (mask >> block & 1U) != 0; }

/// The source block at position `index` of those in the mask.
CORTEXPR_DEVICE inline int nth_block(std::uint32_t mask, int index) {
    int block = 0;
    for (; block < 31; ++block)
        if (has(mask, block) && index-- == 0) break;
    return block;
}

/// Which target channel of a block stands in column `column` of its product `half` (0 or 1): such that a lane's sums
/// are those of four neighbouring channels.
CORTEXPR_DEVICE inline int channel_of_column(int half, int column) { return column / 2 * 4 + half * 2 + column % 2; }
/// The first of those four.
CORTEXPR_DEVICE inline int first_channel_of(int lane) { return lane % 4 * 4; }

}  // namespace cortexpr::kernels::cuda
