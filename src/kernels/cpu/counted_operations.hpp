#pragma once
// What kernels are asked for, counted by call: tests hold it to the schedule's counts (schedule/work/operations.hpp),
// and timed.hpp divides it by time.

#include <cortexpr/numbers/winograd.hpp>

#include <cstdint>

namespace cortexpr::kernels {

/// Multiply-adds times two of a convolution or of its weights' gradient, channels counted as padded. Winograd, those at
/// the points.
template <class Job>
std::int64_t operations_of(const Job& job, bool is_winograd, int lanes) {
    std::int64_t weights = 0;
    for (int b = 0; b < job.block_count; ++b) {
        if (job.block_is_live != nullptr && !job.block_is_live[b]) continue;
        const auto& block = job.blocks[b];
        for (int r = block.first_range; r < block.first_range + block.ranges; ++r)
            if (job.source_is_read == nullptr || job.source_is_read[job.ranges[r].source])
                weights += std::int64_t{job.ranges[r].count} * block.vectors * lanes;
    }
    if (!is_winograd) return 2 * weights * job.kernel_height * job.kernel_width * job.height * job.width;
    constexpr int side = winograd_positions;
    const auto tiles = std::int64_t{(job.height + side - 1) / side} * ((job.width + side - 1) / side);
    return 2 * weights * winograd_points(job.kernel_height) * tiles;
}

}  // namespace cortexpr::kernels
