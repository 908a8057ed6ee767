#pragma once
// The on-chip backend's forward pass, one image after the other.

#include "channel_nonlinearities.hpp"
#include "maxima.hpp"
#include "on_chip_maps.hpp"
#include "sums.hpp"

#include <limits>

namespace cortexpr::kernels::cuda {

template <class Block>
class on_chip_forward {
  public:
    CORTEXPR_DEVICE on_chip_forward(Block& block, const on_chip_forward_job& job, const on_chip_layout& layout)
        : block_(block), job_(job), sizes_(job.sizes), layout_(layout) {
        shared_parts parts(block.shared());
        even_states_ = parts.take<bfloat16>(layout.map);
        odd_states_ = parts.take<bfloat16>(layout.map);
        state_weights_ = parts.take<std::uint32_t>(layout.state_weights);
        input_weights_ = parts.take<std::uint32_t>(layout.input_weights);
        output_weights_ = parts.take<std::uint32_t>(layout.output_weights);
        input_ = parts.take<bfloat16>(layout.input);
        bias_ = parts.take<float>(layout.by_channel);
        rate_ = bias_ + layout.channels;
        nonlinearities_ = reinterpret_cast<std::uint8_t*>(rate_ + layout.channels);
        output_bias_ = parts.take<float>(layout.by_output);
        offsets_ = parts.take<int>(layout.offsets);
        maxima_ = parts.take<float>(0);
        argmax_ = reinterpret_cast<int*>(maxima_ + block.warps() * outputs());
    }

    CORTEXPR_DEVICE void run() {
        prepare();
        const range_of<int> images(block_.index(), block_.count(), job_.images);
        for (int image = images.first; image < images.last; ++image) {
            load_stimulus(block_, geometry(),
                          job_.stimulus + std::ptrdiff_t{image} * sizes_.inputs * sizes_.height * sizes_.width, input_);
            for (int step = 1; step <= sizes_.steps; ++step) step_states(image, step);
            find_maxima();
            write_maxima(image);
        }
    }

  private:
    using sums = mma_tile_sums<Block>;

    CORTEXPR_DEVICE on_chip_geometry geometry() const { return {sizes_, layout_}; }

    CORTEXPR_DEVICE int outputs() const { return layout_.output_blocks * 16; }

    CORTEXPR_DEVICE bfloat16* states_after(int step) const { return step % 2 == 0 ? even_states_ : odd_states_; }

    /// Zeros in borders, which stay; weights; what a channel has of its own.
    CORTEXPR_DEVICE void prepare() {
        fill_zeros(block_, even_states_, layout_.map);
        fill_zeros(block_, odd_states_, layout_.map);
        fill_zeros(block_, input_, layout_.input);
        fill_offsets(block_, geometry(), offsets_);
        const auto& given = job_.parameters;
        const int states = sizes_.states, inputs = sizes_.inputs, taps = layout_.taps, channels = layout_.channels;
        pack_weights(block_, state_weights_, taps * layout_.state_blocks, layout_.state_blocks,
                     [&](int depth, int target) {
                         const int tap = depth / channels, source = depth % channels;
                         return source < states && target < states
                                    ? given.state_weights[(tap * states + source) * states + target]
                                    : 0.0F;
                     });
        pack_weights(block_, input_weights_, layout_.input_blocks, layout_.state_blocks, [&](int depth, int target) {
            return depth < taps * inputs && target < states ? given.input_weights[depth * states + target] : 0.0F;
        });
        const int output_channels = layout_.output_source_blocks * 16;
        pack_weights(block_, output_weights_, taps * layout_.output_source_blocks, layout_.output_blocks,
                     [&](int depth, int target) {
                         const int tap = depth / output_channels, in_mask = depth % output_channels;
                         const int source = nth_block(sizes_.output_sources, in_mask / 16) * 16 + in_mask % 16;
                         return source < states && target < sizes_.outputs
                                    ? given.output_weights[(tap * states + source) * sizes_.outputs + target]
                                    : 0.0F;
                     });
        block_.for_each_thread([&](int thread) {
            for (int c = thread; c < channels; c += block_.threads()) {
                const bool is_real = c < states;  // what fills a block up stays 0
                bias_[c] = is_real ? given.bias[c] : 0.0F;
                rate_[c] = is_real ? given.rate[c] : 0.0F;
                nonlinearities_[c] = is_real ? given.nonlinearities[c] : std::uint8_t{0};
            }
            for (int c = thread; c < outputs(); c += block_.threads())
                output_bias_[c] = c < sizes_.outputs ? given.output_bias[c] : 0.0F;
        });
    }

    CORTEXPR_DEVICE void step_states(int image, int step) {
        const std::uint32_t all = first_blocks(layout_.state_blocks);
        const std::uint32_t live = step == sizes_.steps ? sizes_.live_at_last : all;
        const bfloat16* before = states_after(step - 1);
        bfloat16* after = states_after(step);
        bfloat16* saved = nullptr;
        if (job_.saved != nullptr)
            saved = static_cast<bfloat16*>(job_.saved) + (std::ptrdiff_t{image} * sizes_.steps + step - 1) * 2 *
                                                             layout_.padded_positions() * layout_.channels;
        block_.for_each_warp([&](int warp) {
            for (int task = warp; task < layout_.groups() * layout_.state_pairs(); task += block_.warps()) {
                sums drive(task % layout_.groups(), task / layout_.groups(), layout_, live);
                if (!drive.any_is_live()) continue;
                drive.start(bias_);
                add_input(drive, geometry(), input_, offsets_, {input_weights_, layout_.state_blocks});
                if (step > 1)  // states start as zeros
                    add_map(drive, geometry(), before, {state_weights_, layout_.state_blocks}, all, all);
                step_mma_tiles(drive, step == 1 ? nullptr : before, after, saved);
            }
        });
    }

    /// The nonlinearity and the leaky step for a warp's MMA tiles. Positions of the borders get zeros.
    CORTEXPR_DEVICE void step_mma_tiles(const sums& drive, const bfloat16* before, bfloat16* after, bfloat16* saved) {
        Block::for_each_lane([&](int lane) {
            CORTEXPR_UNROLL
            for (int b = 0; b < sums::blocks; ++b) {
                if (!drive.is_live(b)) continue;
                const int channel = (drive.first_block + b) * 16 + first_channel_of(lane);
                const channel_nonlinearities<4> nonlinearities(nonlinearities_ + channel);
                float rate[4];
                CORTEXPR_UNROLL
                for (int i = 0; i < 4; ++i) rate[i] = rate_[channel + i];
                CORTEXPR_UNROLL
                for (int t = 0; t < sums::mma_tiles; ++t) {
                    if (t >= drive.mma_tile_count) continue;
                    CORTEXPR_UNROLL
                    for (int half = 0; half < 2; ++half) {
                        const int position = (drive.first_mma_tile + t) * 16 + lane / 4 + half * 8;
                        const int in_map = (layout_.guard + position) * layout_.stride + channel;
                        four_channels next{}, drives_to_save{};
                        if (geometry().is_inner(position)) {
                            drives_to_save = narrowed_four(drive.at(t, b, lane, half));
                            // From what is saved, so that the backward pass sees the same numbers.
                            const auto values = nonlinearities.values(widened_four(drives_to_save));
                            floats<4> state = before == nullptr ? floats<4>{} : load_four(before + in_map);
                            CORTEXPR_UNROLL
                            for (int i = 0; i < 4; ++i)
                                state.values[i] = leaky_step(state.values[i], values.values[i], rate[i]);
                            next = narrowed_four(state);
                        }
                        store_vector(after + in_map, next);
                        if (saved == nullptr) continue;
                        store_vector(saved + position * layout_.channels + channel, next);
                        store_vector(saved + (layout_.padded_positions() + position) * layout_.channels + channel,
                                     drives_to_save);
                    }
                }
            }
        });
    }

    using best_values = typename Block::template per_lane<float, 8>;
    using best_positions = typename Block::template per_lane<int, 8>;

    /// Each output channel's largest value over the positions that a warp takes, for all warps.
    CORTEXPR_DEVICE void find_maxima() {
        const bfloat16* states = states_after(sizes_.steps);
        const std::uint32_t all = first_blocks(layout_.output_blocks);
        block_.for_each_warp([&](int warp) {
            for (int pair = 0; pair < layout_.output_pairs(); ++pair) {
                best_values values;
                best_positions positions;
                Block::for_each_lane([&](int lane) {
                    CORTEXPR_UNROLL
                    for (int i = 0; i < 8; ++i) {
                        values.at(lane, i) = -std::numeric_limits<float>::infinity();
                        positions.at(lane, i) = std::numeric_limits<int>::max();
                    }
                });
                for (int group = warp; group < layout_.groups(); group += block_.warps()) {
                    sums output(group, pair, layout_, all);
                    output.start(output_bias_);
                    add_map(output, geometry(), states, {output_weights_, layout_.output_blocks}, sizes_.output_sources,
                            sizes_.output_sources);
                    Block::for_each_lane([&](int lane) { take_maxima(output, lane, values, positions); });
                }
                for (int mask = 4; mask < 32; mask *= 2) {
                    const auto other_values = Block::exchanged(values, mask);
                    const auto other_positions = Block::exchanged(positions, mask);
                    Block::for_each_lane([&](int lane) {
                        CORTEXPR_UNROLL
                        for (int i = 0; i < 8; ++i)
                            take_maximum(values.at(lane, i), positions.at(lane, i), other_values.at(lane, i),
                                         other_positions.at(lane, i));
                    });
                }
                Block::for_each_lane([&](int lane) {
                    if (lane >= 4) return;
                    CORTEXPR_UNROLL
                    for (int i = 0; i < 8; ++i) {
                        const int block = pair * sums::blocks + i / 4;
                        if (block >= layout_.output_blocks) continue;
                        const int entry = warp * outputs() + block * 16 + first_channel_of(lane) + i % 4;
                        maxima_[entry] = values.at(lane, i);
                        argmax_[entry] = positions.at(lane, i);
                    }
                });
            }
        });
    }

    CORTEXPR_DEVICE static void take_maximum(float& best, int& best_position, float value, int position) {
        if (!is_better(value, position, best, best_position)) return;
        best = value;
        best_position = position;
    }

    CORTEXPR_DEVICE void take_maxima(const sums& output, int lane, best_values& values,
                                     best_positions& positions) const {
        CORTEXPR_UNROLL
        for (int t = 0; t < sums::mma_tiles; ++t) {
            if (t >= output.mma_tile_count) continue;
            CORTEXPR_UNROLL
            for (int half = 0; half < 2; ++half) {
                const int position = (output.first_mma_tile + t) * 16 + lane / 4 + half * 8;
                if (!geometry().is_inner(position)) continue;
                CORTEXPR_UNROLL
                for (int b = 0; b < sums::blocks; ++b) {
                    const auto found = output.at(t, b, lane, half);
                    CORTEXPR_UNROLL
                    for (int i = 0; i < 4; ++i)
                        take_maximum(values.at(lane, b * 4 + i), positions.at(lane, b * 4 + i), found.values[i],
                                     position);
                }
            }
        }
    }

    /// The best of all warps.
    CORTEXPR_DEVICE void write_maxima(int image) {
        block_.for_each_thread([&](int thread) {
            for (int c = thread; c < sizes_.outputs; c += block_.threads()) {
                float best = maxima_[c];
                int position = argmax_[c];
                for (int warp = 1; warp < block_.warps(); ++warp)
                    take_maximum(best, position, maxima_[warp * outputs() + c], argmax_[warp * outputs() + c]);
                const auto entry = std::ptrdiff_t{image} * sizes_.outputs + c;
                job_.features[entry] = best;
                if (job_.argmax != nullptr)
                    job_.argmax[entry] = position / layout_.pitch * sizes_.width + position % layout_.pitch;
            }
        });
    }

    Block& block_;
    const on_chip_forward_job& job_;
    const on_chip_sizes& sizes_;
    const on_chip_layout& layout_;
    bfloat16 *even_states_, *odd_states_, *input_;
    std::uint32_t *state_weights_, *input_weights_, *output_weights_;
    float *bias_, *rate_, *output_bias_, *maxima_;
    std::uint8_t* nonlinearities_;
    int *offsets_, *argmax_;
};

}  // namespace cortexpr::kernels::cuda
