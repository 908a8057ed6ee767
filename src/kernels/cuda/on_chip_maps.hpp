#pragma once
// What both ways of the on-chip backend do with shared memory: lay it out, fill it, and multiply MMA tiles of a map
// with packed weights.

#include "bfloat16.hpp"
#include "channel_blocks.hpp"
#include "on_chip.hpp"

namespace cortexpr::kernels::cuda {

/// Hands out shared memory part by part, in the order in which layout_of adds it up.
class shared_parts {
  public:
    CORTEXPR_DEVICE explicit shared_parts(unsigned char* memory) : next_(memory) {}

    template <class Value>
    CORTEXPR_DEVICE Value* take(std::size_t bytes) {
        auto* part = reinterpret_cast<Value*>(next_);
        next_ += bytes;
        return part;
    }

  private:
    unsigned char* next_;
};

/// Four words of weights: what a lane holds of one block, 16 sources x 16 targets.
struct alignas(16) weight_words {
    std::uint32_t words[4];
};

template <class Block, class Value>
CORTEXPR_DEVICE void fill(Block& block, Value* to, std::size_t count, Value value) {
    block.for_each_thread([&](int thread) {
        for (auto i = static_cast<std::size_t>(thread); i < count; i += static_cast<std::size_t>(block.threads()))
            to[i] = value;
    });
}

template <class Block>
CORTEXPR_DEVICE void fill_zeros(Block& block, bfloat16* map, std::size_t bytes) {
    block.for_each_thread([&](int thread) {
        for (auto i = static_cast<std::size_t>(thread); i < bytes / 8; i += static_cast<std::size_t>(block.threads()))
            store_vector(map + 4 * i, four_channels{});
    });
}

/// Packs blocks of weights for products: weight(depth, target) is asked for all of them, and rounded. A block's words
/// lie by lane; blocks by depth, then by target.
template <class Block, class Weight>
CORTEXPR_DEVICE void pack_weights(Block& block, std::uint32_t* to, int depth_blocks, int target_blocks, Weight weight) {
    block.for_each_thread([&](int thread) {
        for (int i = thread; i < depth_blocks * target_blocks * 128; i += block.threads()) {
            const int word = i % 4, lane = i / 4 % 32, target_block = i / 128 % target_blocks;
            const int depth = i / 128 / target_blocks * 16 + lane % 4 * 2 + word % 2 * 8;
            const int target = target_block * 16 + channel_of_column(word / 2, lane / 4);
            to[i] = narrowed_pair(weight(depth, target), weight(depth + 1, target));
        }
    });
}

/// A network's sizes, and how its maps lie in shared memory.
struct on_chip_geometry {
    const on_chip_sizes& sizes;
    const on_chip_layout& layout;

    CORTEXPR_DEVICE int tap_offset(int tap) const { return layout.tap_offset(tap, sizes); }
    CORTEXPR_DEVICE bool is_inner(int position) const {
        return position < layout.positions && position % layout.pitch < sizes.width;
    }
};

/// Weights as pack_weights wrote them.
struct packed_weights {
    const std::uint32_t* words;
    int target_blocks;

    CORTEXPR_DEVICE const weight_words* blocks() const { return reinterpret_cast<const weight_words*>(words); }
};

/// A still image as bfloat16, channels last, in the flat layout; its borders are zeros already.
template <class Block>
CORTEXPR_DEVICE void load_stimulus(Block& block, const on_chip_geometry& geometry, const float* image,
                                   bfloat16* input) {
    const auto& sizes = geometry.sizes;
    const auto& layout = geometry.layout;
    const int size = sizes.height * sizes.width;
    block.for_each_thread([&](int thread) {
        for (int i = thread; i < sizes.inputs * size; i += block.threads()) {
            const int channel = i / size, y = i % size / sizes.width, x = i % sizes.width;
            input[(layout.guard + y * layout.pitch + x) * sizes.inputs + channel] = narrowed(image[i]);
        }
    });
}

/// Where the image's numbers lie that a position sees, relative to its own: by tap, by channel. What fills the last
/// block up reads the position itself, for weights of 0.
template <class Block>
CORTEXPR_DEVICE void fill_offsets(Block& block, const on_chip_geometry& geometry, int* offsets) {
    const int inputs = geometry.sizes.inputs;
    block.for_each_thread([&](int thread) {
        for (int depth = thread; depth < geometry.layout.input_blocks * 16; depth += block.threads()) {
            const int tap = depth / inputs, channel = depth % inputs;
            offsets[depth] = tap < geometry.layout.taps ? geometry.tap_offset(tap) * inputs + channel : 0;
        }
    });
}

CORTEXPR_DEVICE inline std::uint32_t first_blocks(int count) {
    return count >= 32 ? ~0U : (std::uint32_t{1} << count) - 1;
}

/// What a warp sums at a time: up to four MMA tiles of positions by a pair of target blocks, each two products wide.
template <class Block>
struct mma_tile_sums {
    using sums = typename Block::template per_lane<float, 4>;
    using words = typename Block::template per_lane<std::uint32_t, 4>;
    static constexpr int mma_tiles = on_chip_layout::mma_tiles_of_group, blocks = on_chip_layout::blocks_of_pair;

    int first_mma_tile, mma_tile_count;  ///< of this group
    int first_block;                     ///< of this pair
    std::uint32_t live;                  ///< target blocks, of all
    sums of[mma_tiles][blocks][2];

    CORTEXPR_DEVICE mma_tile_sums(int group, int pair, const on_chip_layout& layout, std::uint32_t live_blocks)
        : first_mma_tile(group * mma_tiles), first_block(pair * blocks), live(live_blocks) {
        mma_tile_count = layout.mma_tiles - first_mma_tile < mma_tiles ? layout.mma_tiles - first_mma_tile : mma_tiles;
    }
    CORTEXPR_DEVICE bool is_live(int b) const { return has(live, first_block + b); }
    CORTEXPR_DEVICE bool any_is_live() const { return is_live(0) || is_live(1); }

    /// From a number for each target channel; null: from zeros.
    CORTEXPR_DEVICE void start(const float* bias) {
        Block::for_each_lane([&](int lane) {
            CORTEXPR_UNROLL
            for (int b = 0; b < blocks; ++b) {
                CORTEXPR_UNROLL
                for (int i = 0; i < 4; ++i) {
                    const int channel = (first_block + b) * 16 + first_channel_of(lane) + i;
                    const float value = bias != nullptr && is_live(b) ? bias[channel] : 0.0F;
                    CORTEXPR_UNROLL
                    for (int t = 0; t < mma_tiles; ++t) {
                        of[t][b][i / 2].at(lane, i % 2) = value;
                        of[t][b][i / 2].at(lane, i % 2 + 2) = value;
                    }
                }
            }
        });
    }

    /// The sums of one position of an MMA tile: row = lane / 4 + 8 half.
    CORTEXPR_DEVICE floats<4> at(int mma_tile, int b, int lane, int half) const {
        return {{of[mma_tile][b][0].at(lane, 2 * half), of[mma_tile][b][0].at(lane, 2 * half + 1),
                 of[mma_tile][b][1].at(lane, 2 * half), of[mma_tile][b][1].at(lane, 2 * half + 1)}};
    }

    /// Adds products with one block of depth for all target blocks. `load(mma_tile, words)` gives an MMA tile's left
    /// side.
    template <class Load>
    CORTEXPR_DEVICE void add(const weight_words* weights, Load load) {
        words right[blocks];
        CORTEXPR_UNROLL
        for (int b = 0; b < blocks; ++b)
            if (is_live(b))
                Block::for_each_lane([&](int lane) {
                    const weight_words four = weights[(first_block + b) * 32 + lane];
                    CORTEXPR_UNROLL
                    for (int i = 0; i < 4; ++i) right[b].at(lane, i) = four.words[i];
                });
        CORTEXPR_UNROLL
        for (int t = 0; t < mma_tiles; ++t) {
            if (t >= mma_tile_count) continue;
            words left;
            load(first_mma_tile + t, left);
            CORTEXPR_UNROLL
            for (int b = 0; b < blocks; ++b) {
                if (!is_live(b)) continue;
                Block::multiply(of[t][b][0], left, right[b], 0);
                Block::multiply(of[t][b][1], left, right[b], 2);
            }
        }
    }
};

/// sums += weights * the image.
template <class Block>
CORTEXPR_DEVICE void add_input(mma_tile_sums<Block>& sums, const on_chip_geometry& geometry, const bfloat16* input,
                               const int* offsets, const packed_weights& weights) {
    const auto* packed = weights.blocks();
    for (int depth = 0; depth < geometry.layout.input_blocks; ++depth)
        sums.add(packed + depth * weights.target_blocks * 32,
                 [&](int mma_tile, typename mma_tile_sums<Block>::words& left) {
                     Block::for_each_lane([&](int lane) {
                         const int column = depth * 16 + lane % 4 * 2;
                         CORTEXPR_UNROLL
                         for (int i = 0; i < 4; ++i) {
                             const int position = geometry.layout.guard + mma_tile * 16 + lane / 4 + i % 2 * 8;
                             const bfloat16* from = input + position * geometry.sizes.inputs;
                             const int* seen = offsets + column + i / 2 * 8;
                             left.at(lane, i) = pair_of(from[seen[0]], from[seen[1]]);
                         }
                     });
                 });
}

/// sums += weights * a map of states, of those source blocks that the weights hold (`sources`) and that aren't zero
/// (`nonzero`).
template <class Block>
CORTEXPR_DEVICE void add_map(mma_tile_sums<Block>& sums, const on_chip_geometry& geometry, const bfloat16* map,
                             const packed_weights& weights, std::uint32_t sources, std::uint32_t nonzero) {
    const auto& layout = geometry.layout;
    const auto* packed = weights.blocks();
    for (int tap = 0; tap < layout.taps; ++tap) {
        const bfloat16* seen = map + (layout.guard + geometry.tap_offset(tap)) * layout.stride;
        for (int source = 0; source < layout.state_blocks; ++source) {
            if (!has(sources, source)) continue;
            if (has(nonzero, source))
                sums.add(packed, [&](int mma_tile, typename mma_tile_sums<Block>::words& left) {
                    typename Block::template per_lane<const bfloat16*, 1> rows;
                    Block::for_each_lane([&](int lane) {
                        rows.at(lane, 0) =
                            seen + (mma_tile * 16 + lane % 16) * layout.stride + source * 16 + lane / 16 * 8;
                    });
                    Block::template load_matrices<false>(left, rows);
                });
            packed += weights.target_blocks * 32;
        }
    }
}

}  // namespace cortexpr::kernels::cuda
