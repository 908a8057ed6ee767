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
    on_chip_layout layout;
    layout.taps = sizes.kernel_height * sizes.kernel_width;
    const int border_x = sizes.kernel_width / 2;
    layout.pitch = sizes.width + border_x;
    layout.guard = sizes.kernel_height / 2 * layout.pitch + border_x;
    layout.positions = (sizes.height - 1) * layout.pitch + sizes.width;
    layout.mma_tiles = (layout.positions + layout.mma_tile_positions - 1) / layout.mma_tile_positions;
    layout.bordered = layout.padded_positions() + 2 * layout.guard;
    layout.state_blocks = detail::blocks_of(sizes.states);
    layout.output_blocks = detail::blocks_of(sizes.outputs);
    layout.output_source_blocks = detail::bits_in(sizes.output_sources);
    layout.input_blocks = detail::blocks_of(layout.taps * sizes.inputs);
    layout.channels = layout.state_blocks * layout.block_channels;
    layout.stride =
        layout.channels + 8;  // an odd number of 16-byte rows: eight neighbouring positions touch all banks once
    const int depth_groups = (layout.state_depth_groups() + layout.input_depth_groups()) * layout.state_pairs();
    layout.splits = depth_groups > 0 ? layout.warps / depth_groups : 1;
    layout.splits = layout.splits < 1 ? 1 : layout.splits > layout.most_splits ? layout.most_splits : layout.splits;

    const auto bordered = static_cast<std::size_t>(layout.bordered),
               channels = static_cast<std::size_t>(layout.channels);
    const int padded_outputs = layout.output_blocks * layout.block_channels;
    const auto outputs = static_cast<std::size_t>(padded_outputs);
    layout.map = in_vectors(bordered * static_cast<std::size_t>(layout.stride) * 2);
    layout.input = in_vectors(bordered * static_cast<std::size_t>(sizes.inputs) * 2);
    layout.state_weights = detail::weight_bytes(layout.taps * layout.state_blocks * layout.state_blocks);
    layout.input_weights = detail::weight_bytes(layout.input_blocks * layout.state_blocks);
    layout.output_weights = detail::weight_bytes(layout.taps * layout.output_source_blocks * layout.output_blocks);
    layout.adjoint = static_cast<std::size_t>(layout.padded_positions()) * channels * 2;
    layout.by_channel = in_vectors(channels * (sizeof(float) * 2 + 1));  // bias, rate, nonlinearity
    layout.by_output = outputs * sizeof(float) * 2;                      // bias, or position and adjoint
    layout.offsets = static_cast<std::size_t>(layout.input_blocks * layout.block_channels) * sizeof(int);
    const std::size_t warps = layout.warps;
    layout.sums = warps * channels * 2 * sizeof(float);  // by warp: of biases and rates
    const auto maxima = warps * outputs * 2 * sizeof(float);
    layout.forward_bytes = 2 * layout.map + layout.input + layout.state_weights + layout.input_weights +
                           layout.output_weights + layout.by_channel + layout.by_output + layout.offsets + maxima;
    layout.backward_bytes = 2 * layout.map + layout.adjoint + layout.input + layout.state_weights + layout.by_channel +
                            layout.by_output + layout.offsets + layout.sums;
    return layout;
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
