// The direct sum of a convolution, and the adjoint of its weights. Included by table_of.hpp.

#pragma once

#include "products.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

constexpr int most_rows(int width) {
    // Rows whose adjoints stay in the first-level cache while all taps go over them.
    constexpr int places = 112;
    return width >= places ? 1 : places / width;
}

template <class Scalar, int Vectors, int Places>
void convolve_tile(const convolution_job<Scalar>& job, const channel_block& block, int y, int x) {
    constexpr int width = lanes<Scalar>;
    accumulators<Scalar, Places, Vectors> sums;
#pragma GCC unroll 16
    for (int p = 0; p < Places; ++p)
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) sums[p][v] = load(job.start.at(y, x + p) + block.first + v * width);
    const Scalar* weights = job.weights + block.first_weight;
    const auto step = job.source.pixel * job.stride;
    for (int tap_y = 0; tap_y < job.kernel_height; ++tap_y) {
        const Scalar* corner = job.source.at(y * job.stride + tap_y, x * job.stride);
        for (int tap_x = 0; tap_x < job.kernel_width; ++tap_x, corner += job.source.pixel)
            add_sources<Scalar, Vectors, Places>(sums, job, block, corner, step, weights);
    }
#pragma GCC unroll 16
    for (int p = 0; p < Places; ++p)
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) store(job.target.at(y, x + p) + block.first + v * width, sums[p][v]);
}

/// A row in tiles of nearly equal width.
template <class Scalar, int Vectors, int Places = most_places>
void convolve_places(const convolution_job<Scalar>& job, const channel_block& block, int y, int x, int places) {
    if constexpr (Places > 0) {
        if (places == Places) {
            convolve_tile<Scalar, Vectors, Places>(job, block, y, x);
        } else {
            convolve_places<Scalar, Vectors, Places - 1>(job, block, y, x, places);
        }
    }
}

template <class Scalar, int Vectors>
void convolve_block(const convolution_job<Scalar>& job, const channel_block& block) {
    const int tiles = (job.width + most_places - 1) / most_places;
    for (int y = 0; y < job.height; ++y)
        for (int tile = 0; tile < tiles; ++tile) {
            const int first = job.width * tile / tiles, last = job.width * (tile + 1) / tiles;
            convolve_places<Scalar, Vectors>(job, block, y, first, last - first);
        }
}

template <class Scalar>
void convolve(const convolution_job<Scalar>& job) {
    for (int b = 0; b < job.block_count; ++b) {
        if (job.block_is_wanted != nullptr && !job.block_is_wanted[b]) continue;
        if (job.blocks[b].vectors == 2) {
            convolve_block<Scalar, 2>(job, job.blocks[b]);
        } else {
            convolve_block<Scalar, 1>(job, job.blocks[b]);
        }
    }
}

// ---- the adjoint of its weights

template <class Scalar, int Vectors, int Sources>
void add_weight_gradient_tile(const weight_gradient_job<Scalar>& job, const Scalar* source, int first_channel, int y,
                              int rows, Scalar* gradient) {
    accumulators<Scalar, Sources, Vectors> sums{};
    const auto step = job.source.pixel * job.stride;
    for (int row = y; row < y + rows; ++row) {
        const Scalar* from = source + row * job.stride * job.source.row;
        const Scalar* adjoint = job.adjoint.at(row, 0) + first_channel;
        for (int x = 0; x < job.width; ++x, from += step, adjoint += job.adjoint.pixel)
            add_place<Scalar, Vectors, Sources>(sums, from, adjoint);
    }
    add_to<Scalar, Vectors, Sources>(gradient, sums);
}

template <class Scalar, int Vectors, int Sources = most_sources>
void add_weight_gradient_sources(const weight_gradient_job<Scalar>& job, const Scalar* source, int first_channel, int y,
                                 int rows, Scalar* gradient, int sources) {
    if constexpr (Sources > 0) {
        if (sources == Sources) {
            add_weight_gradient_tile<Scalar, Vectors, Sources>(job, source, first_channel, y, rows, gradient);
        } else {
            add_weight_gradient_sources<Scalar, Vectors, Sources - 1>(job, source, first_channel, y, rows, gradient,
                                                                      sources);
        }
    }
}

template <class Scalar, int Vectors>
void add_weight_gradient_rows(const weight_gradient_job<Scalar>& job, const channel_block& block, int y, int rows) {
    constexpr int width = lanes<Scalar>;
    Scalar* gradient = job.gradient + block.first_weight;
    for (int tap_y = 0; tap_y < job.kernel_height; ++tap_y)
        for (int tap_x = 0; tap_x < job.kernel_width; ++tap_x) {
            const Scalar* tap = job.source.at(tap_y, tap_x);
            for (int r = block.first_run; r < block.first_run + block.runs; ++r) {
                const auto run = job.runs[r];
                if (job.slot_is_read == nullptr || job.slot_is_read[run.slot]) {
                    const int tiles = (run.count + most_sources - 1) / most_sources;
                    for (int tile = 0; tile < tiles; ++tile) {
                        const int first = run.count * tile / tiles, last = run.count * (tile + 1) / tiles;
                        add_weight_gradient_sources<Scalar, Vectors>(job, tap + run.first + first, block.first, y, rows,
                                                                     gradient + first * Vectors * width, last - first);
                    }
                }
                gradient += run.count * Vectors * width;
            }
        }
}

template <class Scalar>
void add_weight_gradient(const weight_gradient_job<Scalar>& job) {
    const int rows = most_rows(job.width);
    for (int y = 0; y < job.height; y += rows)
        for (int b = 0; b < job.block_count; ++b) {
            if (job.block_is_wanted != nullptr && !job.block_is_wanted[b]) continue;
            const int count = y + rows <= job.height ? rows : job.height - y;
            if (job.blocks[b].vectors == 2) {
                add_weight_gradient_rows<Scalar, 2>(job, job.blocks[b], y, count);
            } else {
                add_weight_gradient_rows<Scalar, 1>(job, job.blocks[b], y, count);
            }
        }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
