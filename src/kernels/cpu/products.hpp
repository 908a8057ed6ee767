// The innermost sums of convolutions and of their weights' adjoints, direct and by tiles: accumulators stay in
// registers. Included by table_of.hpp.

#pragma once

#include "kernels.hpp"
#include "lanes.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

template <class Scalar, int Rows, int Vectors>
using accumulators = vector<Scalar>[Rows][Vectors];

/// sums += sources * weights, over the source channels of a block, for places that lie `step` apart. Moves `weights` on
/// to the next tap or point.
template <class Scalar, int Vectors, int Places>
[[gnu::always_inline]] inline void add_sources(accumulators<Scalar, Places, Vectors>& sums,
                                               const convolution_job<Scalar>& job, const channel_block& block,
                                               const Scalar* places, std::ptrdiff_t step, const Scalar*& weights) {
    constexpr int width = lanes<Scalar>;
    for (int r = block.first_run; r < block.first_run + block.runs; ++r) {
        const auto run = job.runs[r];
        if (job.slot_is_read != nullptr && !job.slot_is_read[run.slot]) {
            weights += run.count * Vectors * width;
            continue;
        }
        const Scalar* source = places + run.first;
        for (int c = 0; c < run.count; ++c, ++source, weights += Vectors * width) {
            vector<Scalar> weight[Vectors];
#pragma GCC unroll 2
            for (int v = 0; v < Vectors; ++v) weight[v] = load(weights + v * width);
#pragma GCC unroll 16
            for (int p = 0; p < Places; ++p)
#pragma GCC unroll 2
                for (int v = 0; v < Vectors; ++v) sums[p][v] += source[p * step] * weight[v];
        }
    }
}

/// sums += sources * adjoint, of one place.
template <class Scalar, int Vectors, int Sources>
[[gnu::always_inline]] inline void add_place(accumulators<Scalar, Sources, Vectors>& sums, const Scalar* sources,
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
            Scalar* place = gradient + (c * Vectors + v) * lanes<Scalar>;
            store(place, load(place) + sums[c][v]);
        }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
