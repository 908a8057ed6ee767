#pragma once
// What a call of a kernel reads and writes at least: each map, weight and gradient once, channels as padded, as if
// there were no caches above it and none needed beneath. timed.hpp divides it by time.

#include "kernels.hpp"

#include <cortexpr/numbers/winograd.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace cortexpr::kernels {

/// Source channels that a convolution reads and target channels that it writes, and its weights by tap or point.
struct counted_channels {
    std::int64_t sources = 0, targets = 0, weights = 0;
};

template <class Job>
counted_channels channels_of(const Job& job, int lanes) {
    counted_channels found;
    std::vector<bool> is_read;
    for (int b = 0; b < job.block_count; ++b) {
        if (job.block_is_live != nullptr && !job.block_is_live[b]) continue;
        const auto& block = job.blocks[b];
        const auto targets = std::int64_t{block.vectors} * lanes;
        found.targets += targets;
        for (int r = block.first_range; r < block.first_range + block.ranges; ++r) {
            const auto& range = job.ranges[r];
            if (job.source_is_read != nullptr && !job.source_is_read[range.source]) continue;
            found.weights += range.count * targets;
            const auto end = static_cast<std::size_t>(range.first) + static_cast<std::size_t>(range.count);
            if (is_read.size() < end) is_read.resize(end);
            std::fill_n(is_read.begin() + range.first, range.count, true);
        }
    }
    found.sources = std::count(is_read.begin(), is_read.end(), true);
    return found;
}

/// Maps that are there, and not one position for all.
template <class Scalar>
std::int64_t whole_maps(std::initializer_list<map_view<const Scalar>> maps) {
    return std::ranges::count_if(
        maps, [](const auto& map) { return map.origin != nullptr && (map.pixel != 0 || map.row != 0); });
}

template <class Scalar>
std::int64_t bytes_of(const convolution_job<Scalar>& job, bool is_winograd, int lanes) {
    const auto of = channels_of(job, lanes);
    const auto positions = std::int64_t{job.height} * job.width;
    const auto taps = is_winograd ? winograd_points(job.kernel_height) : job.kernel_height * job.kernel_width;
    const auto starts = whole_maps<Scalar>({job.start});
    return static_cast<std::int64_t>(sizeof(Scalar)) * (positions * job.stride * job.stride * of.sources +
                                                        positions * (1 + starts) * of.targets + taps * of.weights);
}

/// Gradients are read and written.
template <class Scalar>
std::int64_t bytes_of(const weight_gradient_job<Scalar>& job, bool is_winograd, int lanes) {
    const auto of = channels_of(job, lanes);
    const auto positions = std::int64_t{job.height} * job.width;
    const auto taps = is_winograd ? winograd_points(job.kernel_height) : job.kernel_height * job.kernel_width;
    return static_cast<std::int64_t>(sizeof(Scalar)) *
           (positions * job.stride * job.stride * of.sources + positions * of.targets + 2 * taps * of.weights);
}

/// Of a job on one vector of channels, by the maps that it reads and writes.
template <class Scalar, class Job>
std::int64_t bytes_of_maps(const Job& job, int lanes, std::initializer_list<map_view<const Scalar>> maps) {
    return static_cast<std::int64_t>(sizeof(Scalar)) * job.height * job.width * lanes * whole_maps<Scalar>(maps);
}

template <class Scalar>
std::int64_t bytes_of(const step_job<Scalar>& job, int lanes) {
    return bytes_of_maps<Scalar>(job, lanes, {job.drive, job.before, job.rate, job.after, job.saved});
}
template <class Scalar>
std::int64_t bytes_of(const step_adjoint_job<Scalar>& job, int lanes) {
    return bytes_of_maps<Scalar>(
        job, lanes,
        {job.saved, job.before, job.rate, job.after_adjoint, job.drive_adjoint, job.before_adjoint,
         job.constant_drive_adjoint, job.constant_drive_adjoint, job.rate_gradient, job.rate_gradient});
}
template <class Scalar>
std::int64_t bytes_of(const replay_job<Scalar>& job, int lanes) {
    return bytes_of_maps<Scalar>(job, lanes, {job.saved, job.before, job.rate, job.after});
}
template <class Scalar>
std::int64_t bytes_of(const apply_job<Scalar>& job, int lanes) {
    return bytes_of_maps<Scalar>(job, lanes, {job.value, job.sum, job.replace ? map_view<const Scalar>{} : job.sum});
}
template <class Scalar>
std::int64_t bytes_of(const apply_adjoint_job<Scalar>& job, int lanes) {
    return bytes_of_maps<Scalar>(job, lanes, {job.value, job.sum_adjoint, job.value_adjoint});
}

/// Weights and ends of the synapses of lines, and some arrays over neurons.
template <class Scalar>
std::int64_t bytes_of_lines(const synapse_lines& lines, int first, int last, std::int64_t weights,
                            std::int64_t numbers) {
    const auto end =
        static_cast<std::int64_t>(lines.short_ends != nullptr ? sizeof(std::uint16_t) : sizeof(std::uint32_t));
    const auto synapses = lines.starts[last] - lines.starts[first];
    return synapses * end + static_cast<std::int64_t>(sizeof(Scalar)) * (synapses * weights + numbers);
}

template <class Scalar>
std::int64_t bytes_of(const sparse_step_job<Scalar>& job) {
    const int arrays = 2 + (job.before != nullptr ? 1 : 0) + (job.saved != nullptr ? 1 : 0);
    const auto numbers = std::int64_t{job.last - job.first} * job.stride * arrays;
    if (job.before == nullptr) return static_cast<std::int64_t>(sizeof(Scalar)) * numbers;
    return bytes_of_lines<Scalar>(job.rows, job.first, job.last, 1, numbers);
}

template <class Scalar>
std::int64_t bytes_of(const sparse_adjoint_job<Scalar>& job) {
    const auto& next = job.next;
    const auto arrays = std::ranges::count_if(
        std::initializer_list<const Scalar*>{job.drive_adjoint, job.signed_state, job.arriving, job.state,
                                             job.fresh ? nullptr : job.state, next.drive, next.constant_drive_adjoint,
                                             next.constant_drive_adjoint, next.drive == nullptr ? nullptr : next.saved,
                                             next.rate_sum == nullptr ? nullptr : next.before},
        [](const Scalar* array) { return array != nullptr; });
    const auto numbers = std::int64_t{job.last - job.first} * job.stride * arrays;
    if (job.drive_adjoint == nullptr) return static_cast<std::int64_t>(sizeof(Scalar)) * numbers;
    const int of_gradient = job.weight_gradient == nullptr ? 0 : job.replace ? 1 : 2;
    return bytes_of_lines<Scalar>(job.columns, job.first, job.last, (job.state != nullptr ? 1 : 0) + of_gradient,
                                  numbers);
}

}  // namespace cortexpr::kernels
