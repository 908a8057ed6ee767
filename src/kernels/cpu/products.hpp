// What convolutions and their weights' adjoints share, direct and as Winograd: how blocks and groups of channels are
// walked, and the innermost sums, whose accumulators stay in registers. Included by table_of.hpp.

#pragma once

#include "kernels.hpp"
#include "lanes.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

/// Calls visit(first, last) for nearly equal parts of 0 to count - 1, of `most` at most.
template <class Visitor>
[[gnu::always_inline]] inline void for_each_part(int count, int most, Visitor visit) {
    const int parts = (count + most - 1) / most;
    const auto start = [count, parts](int part) { return static_cast<int>(std::int64_t{count} * part / parts); };
    for (int part = 0; part < parts; ++part) visit(start(part), start(part + 1));
}

/// Calls visit.operator()<Count>() for a run-time value from 1 to Most.
template <int Most, class Visitor>
[[gnu::always_inline]] inline void with_count(int count, Visitor visit) {
    if constexpr (Most > 0) {
        if (count == Most) {
            visit.template operator()<Most>();
        } else {
            with_count<Most - 1>(count, visit);
        }
    }
}

/// Calls visit.operator()<Vectors>(block) for each live block.
template <class Job, class Visitor>
[[gnu::always_inline]] inline void for_each_block(const Job& job, Visitor visit) {
    for (int b = 0; b < job.block_count; ++b) {
        if (job.block_is_live != nullptr && !job.block_is_live[b]) continue;
        if (job.blocks[b].vectors == 2) {
            visit.template operator()<2>(job.blocks[b]);
        } else {
            visit.template operator()<1>(job.blocks[b]);
        }
    }
}

/// Calls visit.operator()<Sources>(first source channel, its gradient) for a block's source channels in groups whose
/// sums stay in registers. Moves `gradient` on to the next tap or point.
template <class Scalar, int Vectors, class Visitor>
[[gnu::always_inline]] inline void for_each_group(const weight_gradient_job<Scalar>& job, const channel_block& block,
                                                  Scalar*& gradient, Visitor visit) {
    constexpr int width = lanes<Scalar>;
    for (int r = block.first_range; r < block.first_range + block.ranges; ++r) {
        const auto range = job.ranges[r];
        if (job.source_is_read == nullptr || job.source_is_read[range.source])
            for_each_part(range.count, most_sources, [&](int first, int last) {
                with_count<most_sources>(last - first, [&]<int Sources>() {
                    visit.template operator()<Sources>(range.first + first, gradient + first * Vectors * width);
                });
            });
        gradient += range.count * Vectors * width;
    }
}

template <class Scalar, int Rows, int Vectors>
using accumulators = vector<Scalar>[Rows][Vectors];

/// sums += sources * weights, over the source channels of a block, for positions that lie `step` apart. Moves `weights`
/// on to the next tap or point.
template <class Scalar, int Vectors, int Positions>
[[gnu::always_inline]] inline void add_sources(accumulators<Scalar, Positions, Vectors>& sums,
                                               const convolution_job<Scalar>& job, const channel_block& block,
                                               const Scalar* positions, std::ptrdiff_t step, const Scalar*& weights) {
    constexpr int width = lanes<Scalar>;
    for (int r = block.first_range; r < block.first_range + block.ranges; ++r) {
        const auto range = job.ranges[r];
        if (job.source_is_read != nullptr && !job.source_is_read[range.source]) {
            weights += range.count * Vectors * width;
            continue;
        }
        const Scalar* source = positions + range.first;
        for (int c = 0; c < range.count; ++c, ++source, weights += Vectors * width) {
            vector<Scalar> weight[Vectors];
#pragma GCC unroll 2
            for (int v = 0; v < Vectors; ++v) __builtin_prefetch(weights + read_ahead<Scalar> + v * width);
#pragma GCC unroll 2
            for (int v = 0; v < Vectors; ++v) weight[v] = load(weights + v * width);
#pragma GCC unroll 16
            for (int p = 0; p < Positions; ++p)
#pragma GCC unroll 2
                for (int v = 0; v < Vectors; ++v) sums[p][v] += source[p * step] * weight[v];
        }
    }
}

/// sums += sources * adjoint, of one position.
template <class Scalar, int Vectors, int Sources>
[[gnu::always_inline]] inline void add_position(accumulators<Scalar, Sources, Vectors>& sums, const Scalar* sources,
                                                const Scalar* adjoint) {
    vector<Scalar> arriving[Vectors];
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) arriving[v] = load(adjoint + v * lanes<Scalar>);
#pragma GCC unroll 16
    for (int c = 0; c < Sources; ++c)
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) sums[c][v] += sources[c] * arriving[v];
}

/// gradient += sums, by source channel.
template <class Scalar, int Vectors, int Sources>
[[gnu::always_inline]] inline void add_to(Scalar* gradient, const accumulators<Scalar, Sources, Vectors>& sums) {
#pragma GCC unroll 16
    for (int c = 0; c < Sources; ++c)
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) {
            Scalar* position = gradient + (c * Vectors + v) * lanes<Scalar>;
            store(position, load(position) + sums[c][v]);
        }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
