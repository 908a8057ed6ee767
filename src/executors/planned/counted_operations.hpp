#pragma once
// What kernels are asked for, counted by call, so that tests can hold it to the schedule's counts
// (schedule/work/operations.hpp).

#include <cortexpr/schedule/winograd.hpp>

#include <cstdint>

namespace cortexpr::executors::planned {

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
    if (is_winograd) {
        const auto tiles = plan::winograd_tile_count({job.kernel_height, job.kernel_width}, job.height, job.width);
        return 2 * weights * plan::winograd_points * tiles;
    }
    return 2 * weights * job.kernel_height * job.kernel_width * job.height * job.width;
}

}  // namespace cortexpr::executors::planned
