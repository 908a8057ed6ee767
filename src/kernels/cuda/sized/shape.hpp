#pragma once
// The sized kernels' constants: everything that follows from a network's sizes, which are template arguments here. So
// loops over registers are unrolled, a position's address is a register and a constant, and no position asks where it
// is.
//
// Words: a unit = 8 positions of a row (one 8 x 8 matrix of ldmatrix); a group = a number of units below each other,
// one warp's; an MMA tile = units t and t + mma_tiles of a group (the 16 rows of a product), so that MMA tile t's
// positions, seen one row lower, are MMA tile t + 1's: what is loaded once serves all rows of a convolution's kernel,
// in the registers in which it came. Columns that are left over after strips of 8 are a strip of their own; up to 4 of
// them share units, row y beside row y + height / 2.

#include "../channel_blocks.hpp"

#include <cortexpr/numbers/on_chip_layout.hpp>

namespace cortexpr::kernels::cuda::sized {

/// The sizes of one area of neuron types, with a still image and the maxima of the output's channels; channels in
/// blocks of 16.
struct shape {
    static constexpr int most_blocks = 2;

    int height = 0, width = 0, inputs = 0, states = 0, outputs = 0, kernel_height = 1, kernel_width = 1;
    std::uint32_t output_sources = 0, live_at_last = 0;  ///< as in on_chip_sizes
    nonlinearity names[most_blocks]{};                   ///< by block of state channels

    constexpr bool operator==(const shape&) const = default;
};

/// How many blocks of a mask come before one.
constexpr int rank_of(std::uint32_t mask, int block) {
    return kernels::detail::bits_in(mask & ((std::uint32_t{1} << block) - 1));
}
constexpr int highest_of(std::uint32_t mask) {
    int block = 0;
    for (int b = 0; b < 32; ++b)
        if (has(mask, b)) block = b;
    return block;
}
constexpr int up_to(int number, int multiple) { return (number + multiple - 1) / multiple * multiple; }
constexpr int smaller(int a, int b) { return a < b ? a : b; }
constexpr int larger(int a, int b) { return a < b ? b : a; }

struct position {
    int y, x;
};

/// How a map is cut into groups.
struct cut {
    int units = 0, groups = 0;
    bool paired = false;  ///< the last strip's units hold two rows each

    constexpr int units_in_all() const { return units * groups; }
};

/// The cut with the fewest unused positions; of those, the one with the longest groups, in which a load serves most.
constexpr cut best_cut(int height, int width, int most_groups, int most_units) {
    cut best;
    const int strips = width / 8, rest = width % 8;
    const auto take = [&](const cut& one) {
        if (one.groups > most_groups) return;
        if (best.groups == 0 || one.units_in_all() < best.units_in_all() ||
            (one.units_in_all() == best.units_in_all() && one.units > best.units))
            best = one;
    };
    for (int units = 2; units <= most_units; units += 2) {
        const int in_strip = (height + units - 1) / units;
        take({units, in_strip * (strips + (rest > 0 ? 1 : 0)), false});
        if (rest > 0 && rest <= 4 && 2 * units == height) take({units, 2 * strips + 1, true});
    }
    return best;
}

/// The backward pass gives a warp to each group: eight warps can have 255 registers.
inline constexpr int most_groups = 8;

constexpr cut cut_of(int height, int width) {
    const auto usual = best_cut(height, width, most_groups, 14);
    return usual.groups > 0 ? usual : best_cut(height, width, most_groups, 16);  // more sums than registers for some
}

/// Why there are no kernels for a shape.
enum class misfit : std::uint8_t { nothing, states, extent, inputs, map, unread, memory };

/// All constants of a shape. Sizes in bytes, where they aren't counts.
struct layout {
    misfit obstacle = misfit::nothing;  ///< what follows is complete only where this is `nothing` or `memory`

    int blocks = 0, channels = 0;        ///< of states
    int output_blocks = 0, outputs = 0;  ///< of the output
    int sources = 0;                     ///< blocks of states that the output reads
    int taps = 0, border_y = 0, border_x = 0, area = 0;
    int bias_row = 0;  ///< of an unfolded image: ones, for the upper half of a bias; the row below for the lower one
    int depths = 0;    ///< blocks of an unfolded image's depth

    int groups = 0, units = 0, mma_tiles = 0, strips = 0, groups_of_strip = 0;
    bool paired = false;
    bool is_full = false;  ///< whether all positions of all units are the map's

    // A map: position (y, x) at index (y + border_y) * pitch + x + border_x; borders, and what fills the last units up,
    // are zeros. Rows are a multiple of 8 positions long, so that a row further down is a constant that the swizzle
    // doesn't see.
    int pitch = 0, position_bytes = 0, row_bytes = 0, map_bytes = 0;
    int state_bytes = 0;  ///< of a map as it is saved: its own rows

    int state_weights = 0, input_weights = 0, output_weights = 0;
    int read_weights = 0;  ///< the output's as floats, by output channel
    int unfolded_stride = 0, unfolded_bytes = 0, image_bytes = 0;
    bool image_in_bulk = false;
    int saved_words = 0;  ///< words of 16 bytes that an image saves of a step and a block: drives, as lanes hold them
    int drive_bytes = 0;  ///< the same
    int last_drives = 0;  ///< of the last step, up to the highest live block
    int patch_words = 0;  ///< words of 16 bytes: the states that an image's maxima saw

    // A thread block's sums of gradients: state weights (tap, source, target), an unfolded image's rows, rates.
    int at_input = 0, at_rate = 0, slice_size = 0;

    int forward_threads = 0, forward_bytes = 0, forward_residents = 0, stage_bytes = 0;
    int products = 0, parts = 0, warps = 0, groups_of_part = 0;  ///< backward: of source and target blocks
    int backward_threads = 0, backward_bytes = 0, backward_residents = 0, backward_blocks = 0;
    bool reads_beside = false;  ///< the output's weights have no room among the drives

    int at_adjoint_weights = 0, at_input_weights = 0, at_output_weights = 0, at_read_weights = 0, packed_bytes = 0;
};

// What leaves the chip for an image: maps after all steps but the last, drives, and the states that its maxima saw.
constexpr std::size_t saved_states_bytes(int state_bytes, int steps) {
    return static_cast<std::size_t>(steps - 1) * static_cast<std::size_t>(state_bytes);
}
constexpr std::size_t saved_drives_bytes(int blocks, int drive_bytes, int steps) {
    return static_cast<std::size_t>(steps * blocks) * static_cast<std::size_t>(drive_bytes);
}
constexpr std::size_t patch_bytes(int patch_words) { return static_cast<std::size_t>(patch_words) * 16; }

// A Hopper multiprocessor's shared memory and registers.
inline constexpr int multiprocessor_bytes = 228 * 1024, most_block_bytes = 227 * 1024, bytes_of_any_block = 1024;
inline constexpr int multiprocessor_registers = 65536;
inline constexpr int packing_threads = 256;  ///< not tuned
inline constexpr int sum_threads = 256;      ///< of a block that adds gradients up: eight parts of 32 numbers
/// A maximum's patch has at most one position of each: row mod 4, column mod 4.
inline constexpr int residues = 16;

constexpr int residents_of(int bytes, int threads, int registers) {
    const int by_memory = multiprocessor_bytes / (bytes + bytes_of_any_block);
    const int by_registers = multiprocessor_registers / (registers * threads);
    return larger(1, smaller(8, smaller(by_memory, by_registers)));
}

constexpr layout layout_of(const shape& of) {
    layout layout;
    const auto refused = [&layout](misfit why) {
        layout.obstacle = why;
        return layout;
    };
    layout.blocks = kernels::detail::blocks_of(of.states);
    layout.channels = 16 * layout.blocks;
    layout.output_blocks = kernels::detail::blocks_of(of.outputs);
    layout.outputs = 16 * layout.output_blocks;
    layout.sources = kernels::detail::bits_in(of.output_sources);
    layout.taps = of.kernel_height * of.kernel_width;
    layout.border_y = of.kernel_height / 2;
    layout.border_x = of.kernel_width / 2;
    layout.area = of.height * of.width;
    layout.bias_row = layout.taps * of.inputs;
    layout.depths = kernels::detail::blocks_of(layout.bias_row + 2);
    if (layout.blocks > shape::most_blocks) return refused(misfit::states);
    if (of.kernel_height > 3 || of.kernel_width > 3) return refused(misfit::extent);
    if (layout.depths > 2) return refused(misfit::inputs);
    if (layout.sources == 0) return refused(misfit::unread);

    const auto cut = cut_of(of.height, of.width);
    if (cut.groups == 0) return refused(misfit::map);
    layout.groups = cut.groups;
    layout.units = cut.units;
    layout.mma_tiles = layout.units / 2;
    layout.paired = cut.paired;
    const int columns = up_to(of.width, 8);
    layout.strips = layout.paired ? of.width / 8 : columns / 8;
    layout.groups_of_strip = layout.paired ? 2 : (of.height + layout.units - 1) / layout.units;
    layout.is_full = of.width % 8 == (layout.paired ? 4 : 0) && layout.groups_of_strip * layout.units == of.height;

    layout.pitch = up_to(larger(of.width + 2 * layout.border_x, columns), 8);
    layout.position_bytes = 32 * layout.blocks;
    layout.row_bytes = layout.pitch * layout.position_bytes;
    // A unit's last positions may look beyond the last row.
    layout.map_bytes = (layout.groups_of_strip * layout.units + 2 * layout.border_y) * layout.row_bytes +
                       (layout.is_full ? 0 : 8 * layout.position_bytes);
    layout.state_bytes = of.height * layout.row_bytes;

    constexpr int block_bytes = 32 * 16;
    layout.state_weights = layout.taps * layout.blocks * layout.blocks * block_bytes;
    layout.input_weights = layout.depths * layout.blocks * block_bytes;
    layout.output_weights = layout.taps * layout.sources * layout.output_blocks * block_bytes;
    layout.read_weights = of.outputs * layout.taps * layout.sources * 16 * 4;
    layout.unfolded_stride = 32 * layout.depths;
    layout.unfolded_bytes = layout.groups * layout.units * 8 * layout.unfolded_stride;
    layout.image_bytes = of.inputs * layout.area * 4;
    layout.image_in_bulk = layout.image_bytes % 16 == 0;
    layout.saved_words = layout.groups * layout.mma_tiles * 32;
    layout.drive_bytes = layout.saved_words * 16;
    layout.last_drives = (highest_of(of.live_at_last) + 1) * layout.drive_bytes;
    layout.patch_words = of.outputs * layout.taps * layout.sources * 2;
    layout.at_input = layout.taps * layout.channels * layout.channels;
    layout.at_rate = layout.at_input + 16 * layout.depths * layout.channels;
    layout.slice_size = layout.at_rate + layout.channels;

    const int image = layout.image_in_bulk ? layout.image_bytes : 0;
    layout.forward_threads = layout.groups * 32;
    layout.stage_bytes = up_to(larger(layout.output_weights, image), 128);  // what follows is swizzled, too
    layout.forward_bytes = layout.map_bytes + layout.state_weights + layout.stage_bytes + layout.input_weights +
                           larger(layout.unfolded_bytes, layout.groups * layout.outputs * 8) + layout.channels * 4 + 16;
    layout.forward_residents = residents_of(layout.forward_bytes, layout.forward_threads, 128);

    layout.products = layout.blocks * layout.blocks;
    layout.parts = layout.products == 1 ? layout.groups : layout.groups > layout.products ? 2 : 1;
    layout.warps = layout.products * layout.parts;
    layout.groups_of_part = (layout.groups + layout.parts - 1) / layout.parts;
    layout.backward_threads = layout.warps * 32;
    layout.reads_beside = layout.last_drives + layout.read_weights > layout.blocks * layout.drive_bytes;
    const int sums = layout.at_input * 4 + layout.warps * layout.depths * 256 * 4 + layout.groups * layout.channels * 4;
    layout.backward_bytes =
        larger(2 * layout.map_bytes + layout.blocks * layout.drive_bytes +
                   (layout.reads_beside ? up_to(layout.read_weights, 128) : 0) + layout.state_weights +
                   layout.unfolded_bytes + image + layout.channels * 4 + 2 * of.outputs * 8 +
                   4 * layout.blocks * layout.backward_threads * 4 + residues * of.outputs * 4 + 24,
               sums);
    layout.backward_residents = residents_of(layout.backward_bytes, layout.backward_threads, 256);
    layout.backward_blocks = 128 * layout.backward_residents;

    layout.at_adjoint_weights = layout.state_weights;
    layout.at_input_weights = 2 * layout.state_weights;
    layout.at_output_weights = layout.at_input_weights + layout.input_weights;
    layout.at_read_weights = layout.at_output_weights + layout.output_weights;
    layout.packed_bytes = layout.at_read_weights + layout.read_weights;
    if (larger(layout.forward_bytes, layout.backward_bytes) > most_block_bytes) layout.obstacle = misfit::memory;
    return layout;
}

/// So that 8 neighbouring positions' 16-byte chunks, and 4 neighbouring positions' halves, meet no bank twice.
template <int Blocks>
CORTEXPR_DEVICE constexpr int phase_of(int index) {
    static_assert(Blocks == 1 || Blocks == 2);
    return Blocks == 1 ? index >> 2 & 1 : (index & 2) | (index >> 2 & 1);
}
/// Where a chunk of a position lies, of Blocks blocks of channels.
template <int Blocks>
CORTEXPR_DEVICE constexpr std::uint32_t chunk_at(int index, int chunk) {
    return static_cast<std::uint32_t>(index * 32 * Blocks + ((chunk ^ phase_of<Blocks>(index)) << 4));
}

}  // namespace cortexpr::kernels::cuda::sized
