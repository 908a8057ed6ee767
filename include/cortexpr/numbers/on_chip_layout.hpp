#pragma once
// How one image's run lies in the shared memory of one multiprocessor: the CUDA backend in which a thread block takes
// an image through all steps. Numbers only, so that CUDA files can read it, too.
//
// A map lies flat: position (y, x) at y * pitch + x, where pitch is the width and one border of zeros, which serves the
// end of one row and the start of the next. So a convolution's tap is one offset, and 16 neighbouring positions are a
// tile of a matrix product. Channels come in blocks of 16, the depth of one product.

#include <cortexpr/compiler.hpp>

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels {

/// What the backend computes: one area of neuron types on one grid, a still image, the maxima of the output's channels.
struct on_chip_sizes {
    int height = 0, width = 0;
    int inputs = 0;   ///< channels of the image
    int states = 0;   ///< channels of all neuron types
    int outputs = 0;  ///< channels of the output
    int kernel_height = 1, kernel_width = 1;
    int steps = 1;
    /// Bit b stands for state channels 16 b to 16 b + 15.
    std::uint32_t output_sources = 0;  ///< blocks that reach the output
    std::uint32_t live_at_last = 0;    ///< blocks that are live after the last step
};

struct on_chip_layout {
    // They follow from registers, tensor cores and shared memory (docs/dev/on_chip.md, Numbers).
    static constexpr int threads = 512, warps = threads / 32;
    static constexpr int block_channels = 16;  ///< of one block
    static constexpr int mma_tile_positions = 16;
    static constexpr int mma_tiles_of_group = 4;  ///< which a warp takes at a time
    static constexpr int blocks_of_pair = 2;      ///< target blocks which a warp takes at a time
    static constexpr int depths_of_group = 3;     ///< rows of blocks of a weight gradient which a warp takes at a time
    static constexpr int most_splits = 4;         ///< warps that share the positions of one weight gradient

    int taps = 0;
    int pitch = 0, guard = 0;  ///< positions: of a row; of zeros before the first position and after the last one
    int positions = 0, mma_tiles = 0;  ///< from the first position to the last one; in MMA tiles
    int bordered = 0;                  ///< positions of a map with both guards
    int state_blocks = 0, output_blocks = 0, output_source_blocks = 0, input_blocks = 0;
    int channels = 0;  ///< of the states, in whole blocks
    int stride = 0;    ///< channels from position to position in a map that products read; no bank twice in a row
    int splits = 1;    ///< parts of the positions in which a weight gradient is summed

    // Bytes of each part of shared memory.
    std::size_t map = 0, input = 0, state_weights = 0, input_weights = 0, output_weights = 0;
    std::size_t adjoint = 0, by_channel = 0, by_output = 0, offsets = 0, sums = 0;
    std::size_t forward_bytes = 0, backward_bytes = 0;

    constexpr int padded_positions() const { return mma_tiles * mma_tile_positions; }
    constexpr int groups() const { return (mma_tiles + mma_tiles_of_group - 1) / mma_tiles_of_group; }
    constexpr int state_pairs() const { return (state_blocks + blocks_of_pair - 1) / blocks_of_pair; }
    constexpr int output_pairs() const { return (output_blocks + blocks_of_pair - 1) / blocks_of_pair; }
    constexpr int state_depth_groups() const { return (taps * state_blocks + depths_of_group - 1) / depths_of_group; }
    constexpr int input_depth_groups() const { return (input_blocks + depths_of_group - 1) / depths_of_group; }
    constexpr int tap_offset(int tap, const on_chip_sizes& sizes) const {
        return (tap / sizes.kernel_width - sizes.kernel_height / 2) * pitch + tap % sizes.kernel_width -
               sizes.kernel_width / 2;
    }
};

namespace detail {

constexpr int blocks_of(int channels) {
    return (channels + on_chip_layout::block_channels - 1) / on_chip_layout::block_channels;
}
constexpr int bits_in(std::uint32_t mask) {
    int count = 0;
    for (; mask != 0; mask &= mask - 1) ++count;
    return count;
}
constexpr std::size_t in_vectors(std::size_t bytes) { return (bytes + 15) / 16 * 16; }

/// Bytes of a number of blocks of weights, 16 x 16 numbers of two bytes each.
constexpr std::size_t weight_bytes(int blocks) { return static_cast<std::size_t>(blocks) * 512; }

}  // namespace detail

constexpr on_chip_layout layout_of(const on_chip_sizes& sizes) {
    using detail::in_vectors;
    on_chip_layout at;
    at.taps = sizes.kernel_height * sizes.kernel_width;
    const int border_x = sizes.kernel_width / 2;
    at.pitch = sizes.width + border_x;
    at.guard = sizes.kernel_height / 2 * at.pitch + border_x;
    at.positions = (sizes.height - 1) * at.pitch + sizes.width;
    at.mma_tiles = (at.positions + at.mma_tile_positions - 1) / at.mma_tile_positions;
    at.bordered = at.padded_positions() + 2 * at.guard;
    at.state_blocks = detail::blocks_of(sizes.states);
    at.output_blocks = detail::blocks_of(sizes.outputs);
    at.output_source_blocks = detail::bits_in(sizes.output_sources);
    at.input_blocks = detail::blocks_of(at.taps * sizes.inputs);
    at.channels = at.state_blocks * at.block_channels;
    at.stride = at.channels + 8;  // an odd number of 16-byte rows: eight neighbouring positions touch all banks once
    const int depth_groups = (at.state_depth_groups() + at.input_depth_groups()) * at.state_pairs();
    at.splits = depth_groups > 0 ? at.warps / depth_groups : 1;
    at.splits = at.splits < 1 ? 1 : at.splits > at.most_splits ? at.most_splits : at.splits;

    const auto bordered = static_cast<std::size_t>(at.bordered), channels = static_cast<std::size_t>(at.channels);
    const int padded_outputs = at.output_blocks * at.block_channels;
    const auto outputs = static_cast<std::size_t>(padded_outputs);
    at.map = in_vectors(bordered * static_cast<std::size_t>(at.stride) * 2);
    at.input = in_vectors(bordered * static_cast<std::size_t>(sizes.inputs) * 2);
    at.state_weights = detail::weight_bytes(at.taps * at.state_blocks * at.state_blocks);
    at.input_weights = detail::weight_bytes(at.input_blocks * at.state_blocks);
    at.output_weights = detail::weight_bytes(at.taps * at.output_source_blocks * at.output_blocks);
    at.adjoint = static_cast<std::size_t>(at.padded_positions()) * channels * 2;
    at.by_channel = in_vectors(channels * (sizeof(float) * 2 + 1));  // bias, rate, nonlinearity
    at.by_output = outputs * sizeof(float) * 2;                      // bias, or position and adjoint
    at.offsets = static_cast<std::size_t>(at.input_blocks * at.block_channels) * sizeof(int);
    const std::size_t warps = at.warps;
    at.sums = warps * channels * 2 * sizeof(float);  // by warp: of biases and rates
    const auto maxima = warps * outputs * 2 * sizeof(float);
    at.forward_bytes = 2 * at.map + at.input + at.state_weights + at.input_weights + at.output_weights + at.by_channel +
                       at.by_output + at.offsets + maxima;
    at.backward_bytes =
        2 * at.map + at.adjoint + at.input + at.state_weights + at.by_channel + at.by_output + at.offsets + at.sums;
    return at;
}

/// Where each kind of number starts when all that a network has on chip lie one after the other: weights by tap (row,
/// then column), by source channel, by target channel.
struct on_chip_offsets {
    std::ptrdiff_t state_weights = 0, input_weights, output_weights, bias, rate, output_bias, size;

    constexpr explicit on_chip_offsets(const on_chip_sizes& sizes)
        : input_weights(taps_of(sizes) * sizes.states * sizes.states),
          output_weights(input_weights + taps_of(sizes) * sizes.inputs * sizes.states),
          bias(output_weights + taps_of(sizes) * sizes.states * sizes.outputs),
          rate(bias + sizes.states),
          output_bias(rate + sizes.states),
          size(output_bias + sizes.outputs) {}

  private:
    static constexpr std::ptrdiff_t taps_of(const on_chip_sizes& sizes) {
        return std::ptrdiff_t{sizes.kernel_height} * sizes.kernel_width;
    }
};

}  // namespace cortexpr::kernels
