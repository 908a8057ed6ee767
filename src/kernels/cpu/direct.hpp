// The direct sum of a convolution, and the adjoint of its weights. Included by table_of.hpp.

#pragma once

#include "products.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

constexpr int most_rows(int width) {
    // Rows whose adjoints stay in the first-level cache while all taps go over them (docs/dev/planned.md, Numbers).
    constexpr int positions = 112;
    return width >= positions ? 1 : positions / width;
}

template <class Scalar, int Vectors, int Positions>
void convolve_register_block(const convolution_job<Scalar>& job, const channel_block& block, int y, int x) {
    constexpr int width = lanes<Scalar>;
    accumulators<Scalar, Positions, Vectors> sums;
#pragma GCC unroll 16
    for (int p = 0; p < Positions; ++p)
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) sums[p][v] = load(job.start.at(y, x + p) + block.first + v * width);
    const Scalar* weights = job.weights + block.first_weight;
    const auto step = job.source.pixel * job.stride;
    for (int tap_y = 0; tap_y < job.kernel_height; ++tap_y) {
        const Scalar* corner = job.source.at(y * job.stride + tap_y, x * job.stride);
        for (int tap_x = 0; tap_x < job.kernel_width; ++tap_x, corner += job.source.pixel)
            add_sources<Scalar, Vectors, Positions>(sums, job, block, corner, step, weights);
    }
#pragma GCC unroll 16
    for (int p = 0; p < Positions; ++p)
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) store(job.target.at(y, x + p) + block.first + v * width, sums[p][v]);
}

/// Each row in register blocks of nearly equal width.
template <class Scalar>
void convolve(const convolution_job<Scalar>& job) {
    for_each_block(job, [&job]<int Vectors>(const channel_block& block) {
        for (int y = 0; y < job.height; ++y)
            for_each_part(job.width, most_positions, [&](int first, int last) {
                with_count<most_positions>(last - first, [&]<int Positions>() {
                    convolve_register_block<Scalar, Vectors, Positions>(job, block, y, first);
                });
            });
    });
}

// ---- the adjoint of its weights

template <class Scalar, int Vectors, int Sources>
void add_weight_gradient_of_register_block(const weight_gradient_job<Scalar>& job, const Scalar* source,
                                           int first_channel, int y, int rows, Scalar* gradient) {
    accumulators<Scalar, Sources, Vectors> sums{};
    const auto step = job.source.pixel * job.stride;
    for (int row = y; row < y + rows; ++row) {
        const Scalar* from = source + row * job.stride * job.source.row;
        const Scalar* adjoint = job.adjoint.at(row, 0) + first_channel;
        for (int x = 0; x < job.width; ++x, from += step, adjoint += job.adjoint.pixel)
            add_position<Scalar, Vectors, Sources>(sums, from, adjoint);
    }
    add_to<Scalar, Vectors, Sources>(gradient, sums);
}

template <class Scalar>
void add_weight_gradient(const weight_gradient_job<Scalar>& job) {
    const int most = most_rows(job.width);
    for (int y = 0; y < job.height; y += most) {
        const int rows = y + most <= job.height ? most : job.height - y;
        for_each_block(job, [&]<int Vectors>(const channel_block& block) {
            Scalar* gradient = job.gradient + block.first_weight;
            for (int tap_y = 0; tap_y < job.kernel_height; ++tap_y)
                for (int tap_x = 0; tap_x < job.kernel_width; ++tap_x) {
                    const Scalar* tap = job.source.at(tap_y, tap_x);
                    for_each_group<Scalar, Vectors>(job, block, gradient, [&]<int Sources>(int source, Scalar* to) {
                        add_weight_gradient_of_register_block<Scalar, Vectors, Sources>(job, tap + source, block.first,
                                                                                        y, rows, to);
                    });
                }
        });
    }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
