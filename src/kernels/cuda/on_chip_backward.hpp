#pragma once
// The on-chip backend's backward pass: image by image from the last step to the first. Gradients of parameters are
// added up by block and by part of the positions, each in a slice of its own; add_slices adds the slices in their
// order.
//
// docs/dev/schedule.md states the recurrence in adjoints, docs/dev/on_chip.md the order of a step: step_adjoint gives
// z' and the sums over positions for biases and rates, convolve_adjoint the states' adjoints and the weights'
// gradients.
//
// h' is updated in place: only step_adjoint of the next step reads it, after a barrier. So h(t-1) is loaded before, and
// z' of the whole map is ready before any warp convolves it.

#include "channel_nonlinearities.hpp"
#include "on_chip_maps.hpp"
#include "sums.hpp"

namespace cortexpr::kernels::cuda {

template <class Block>
class on_chip_backward {
  public:
    CORTEXPR_DEVICE on_chip_backward(Block& block, const on_chip_backward_job& job, const on_chip_layout& layout)
        : block_(block),
          job_(job),
          sizes_(job.sizes),
          layout_(layout),
          slice_offsets_(sizes_),
          slice_size_(slice_offsets_.size) {
        shared_parts parts(block.shared());
        history_ = parts.take<bfloat16>(layout.map);
        drive_adjoint_ = parts.take<bfloat16>(layout.map);
        state_adjoint_ = parts.take<bfloat16>(layout.adjoint);
        weights_ = parts.take<std::uint32_t>(layout.state_weights);
        input_ = parts.take<bfloat16>(layout.input);
        rate_ = parts.take<float>(layout.by_channel);
        nonlinearities_ = reinterpret_cast<std::uint8_t*>(rate_ + layout.channels);
        feature_adjoint_ = parts.take<float>(layout.by_output);
        feature_argmax_ = reinterpret_cast<int*>(feature_adjoint_ + layout.output_blocks * 16);
        offsets_ = parts.take<int>(layout.offsets);
        sums_ = parts.take<float>(layout.sums);
        slice_ = job.partial + block.index() * layout.splits * slice_size_;
    }

    CORTEXPR_DEVICE void run() {
        prepare();
        const range_of<int> images(block_.index(), block_.count(), job_.images);
        for (int image = images.first; image < images.last; ++image) {
            load_stimulus(block_, geometry(),
                          job_.stimulus + std::ptrdiff_t{image} * sizes_.inputs * sizes_.height * sizes_.width, input_);
            start_from_features(image);
            for (int step = sizes_.steps; step >= 1; --step) {
                const std::uint32_t live =
                    step == sizes_.steps ? sizes_.live_at_last : first_blocks(layout_.state_blocks);
                if (step > 1) load_history(image, step - 1);
                step_adjoint(saved(image, step) + std::ptrdiff_t{layout_.padded_positions()} * layout_.channels, step,
                             live);
                add_channel_sums();
                convolve_adjoint(step, live);
            }
        }
    }

  private:
    using sums = mma_tile_sums<Block>;

    CORTEXPR_DEVICE on_chip_geometry geometry() const { return {sizes_, layout_}; }

    /// A step's states; the drives that led to them follow.
    CORTEXPR_DEVICE const bfloat16* saved(int image, int step) const {
        return static_cast<const bfloat16*>(job_.saved) +
               (std::ptrdiff_t{image} * sizes_.steps + step - 1) * 2 * layout_.padded_positions() * layout_.channels;
    }

    CORTEXPR_DEVICE void prepare() {
        fill(block_, slice_, static_cast<std::size_t>(layout_.splits * slice_size_), 0.0F);
        fill_zeros(block_, history_, layout_.map);
        fill_zeros(block_, drive_adjoint_, layout_.map);
        fill_zeros(block_, input_, layout_.input);
        fill_offsets(block_, geometry(), offsets_);
        const auto& given = job_.parameters;
        const int states = sizes_.states, channels = layout_.channels;
        // The backward pass looks in the other direction: taps from last to first, targets and sources changed over.
        pack_weights(block_, weights_, layout_.taps * layout_.state_blocks, layout_.state_blocks,
                     [&](int depth, int source) {
                         const int tap = layout_.taps - 1 - depth / channels, target = depth % channels;
                         return source < states && target < states
                                    ? given.state_weights[(tap * states + source) * states + target]
                                    : 0.0F;
                     });
        block_.for_each_thread([&](int thread) {
            for (int c = thread; c < channels; c += block_.threads()) {
                rate_[c] = c < states ? given.rate[c] : 0.0F;
                nonlinearities_[c] = c < states ? given.nonlinearities[c] : std::uint8_t{0};
            }
        });
    }

    /// The adjoint of the last step's states, which comes from one position for each output channel; and what those
    /// positions say of the output's parameters.
    CORTEXPR_DEVICE void start_from_features(int image) {
        fill_zeros(block_, state_adjoint_, layout_.adjoint);
        block_.for_each_thread([&](int thread) {
            for (int c = thread; c < sizes_.outputs; c += block_.threads()) {
                const auto entry = std::ptrdiff_t{image} * sizes_.outputs + c;
                const int position = job_.argmax[entry];
                feature_argmax_[c] = position / sizes_.width * layout_.pitch + position % sizes_.width;
                feature_adjoint_[c] = job_.feature_adjoint[entry];
                slice_[slice_offsets_.output_bias + c] += feature_adjoint_[c];
            }
        });
        const auto* states = saved(image, sizes_.steps);
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < layout_.taps * sizes_.states * sizes_.outputs; i += block_.threads()) {
                const int c = i % sizes_.outputs, source = i / sizes_.outputs % sizes_.states;
                const int seen = seen_from(c, i / sizes_.outputs / sizes_.states);
                if (seen >= 0 && has(sizes_.output_sources, source / 16))
                    slice_[slice_offsets_.output_weights + i] +=
                        feature_adjoint_[c] * widened(states[seen * layout_.channels + source]);
            }
        });
        // Channels may share a position: one after the other.
        for (int c = 0; c < sizes_.outputs; ++c)
            block_.for_each_thread([&](int thread) {
                for (int i = thread; i < layout_.taps * sizes_.states; i += block_.threads()) {
                    const int source = i % sizes_.states, seen = seen_from(c, i / sizes_.states);
                    if (seen < 0 || !has(sizes_.output_sources, source / 16)) continue;
                    bfloat16& adjoint = state_adjoint_[seen * layout_.channels + source];
                    adjoint = narrowed(widened(adjoint) +
                                       feature_adjoint_[c] * job_.parameters.output_weights[i * sizes_.outputs + c]);
                }
            });
    }

    /// The position that an output channel's largest value saw through a tap; -1 outside the map.
    CORTEXPR_DEVICE int seen_from(int channel, int tap) const {
        const int position = feature_argmax_[channel];
        const int y = position / layout_.pitch + tap / sizes_.kernel_width - sizes_.kernel_height / 2;
        const int x = position % layout_.pitch + tap % sizes_.kernel_width - sizes_.kernel_width / 2;
        return y < 0 || y >= sizes_.height || x < 0 || x >= sizes_.width ? -1 : y * layout_.pitch + x;
    }

    /// States as they were after a step; zeros in the borders come with them.
    CORTEXPR_DEVICE void load_history(int image, int step) {
        const auto* from = saved(image, step);
        const int vectors = layout_.channels / 8;
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < layout_.padded_positions() * vectors; i += block_.threads()) {
                const int position = i / vectors, channel = i % vectors * 8;
                store_vector(history_ + in_map(position, channel),
                             load_vector<eight_channels>(from + position * layout_.channels + channel));
            }
        });
    }

    /// The adjoints of the drives, for convolutions; sums of what biases and rates get of them, by warp.
    CORTEXPR_DEVICE void step_adjoint(const bfloat16* drives, int step, std::uint32_t live) {
        block_.for_each_warp([&](int warp) {
            for (int b = 0; b < layout_.state_blocks; ++b) {
                typename Block::template per_lane<float, 8> by_channel;  // biases, then rates
                Block::for_each_lane([&](int lane) {
                    CORTEXPR_UNROLL
                    for (int i = 0; i < 8; ++i) by_channel.at(lane, i) = 0;
                    const int channel = b * 16 + first_channel_of(lane);
                    for (int position = warp * 8 + lane / 4; position < layout_.padded_positions();
                         position += block_.warps() * 8)
                        if (has(live, b))
                            propagate_to_position(drives, position, channel, step, lane, by_channel);
                        else
                            store_vector(drive_adjoint_ + in_map(position, channel), four_channels{});
                });
                for (int mask = 4; mask < 32; mask *= 2) {
                    const auto others = Block::exchanged(by_channel, mask);
                    Block::for_each_lane([&](int lane) {
                        CORTEXPR_UNROLL
                        for (int i = 0; i < 8; ++i) by_channel.at(lane, i) += others.at(lane, i);
                    });
                }
                Block::for_each_lane([&](int lane) {
                    if (lane >= 4) return;
                    float* sums = sums_ + warp * 2 * layout_.channels + b * 16 + first_channel_of(lane);
                    CORTEXPR_UNROLL
                    for (int i = 0; i < 8; ++i) sums[i / 4 * layout_.channels + i % 4] = by_channel.at(lane, i);
                });
            }
        });
    }

    /// Where a position's channels lie in a map that products read.
    CORTEXPR_DEVICE int in_map(int position, int channel) const {
        return (layout_.guard + position) * layout_.stride + channel;
    }

    CORTEXPR_DEVICE void propagate_to_position(const bfloat16* drives, int position, int channel, int step, int lane,
                                               typename Block::template per_lane<float, 8>& by_channel) {
        const int place = in_map(position, channel);
        const channel_nonlinearities<4> nonlinearities(nonlinearities_ + channel);
        const auto taken = load_four(drives + position * layout_.channels + channel);
        const auto values = nonlinearities.values(taken), slopes = nonlinearities.slopes(taken, values);
        const auto after = load_four(state_adjoint_ + position * layout_.channels + channel);
        const auto before = step > 1 ? load_four(history_ + place) : floats<4>{};
        floats<4> drive;
        CORTEXPR_UNROLL
        for (int i = 0; i < 4; ++i) {
            const auto adjoint = leaky_step_adjoint(after.values[i], before.values[i], values.values[i],
                                                    slopes.values[i], rate_[channel + i]);
            drive.values[i] = adjoint.drive;
            by_channel.at(lane, i) += adjoint.drive;
            by_channel.at(lane, i + 4) += adjoint.rate;
        }
        store_vector(drive_adjoint_ + place, narrowed_four(drive));
    }

    CORTEXPR_DEVICE void add_channel_sums() {
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < 2 * layout_.channels; i += block_.threads()) {
                const int channel = i % layout_.channels;
                if (channel >= sizes_.states) continue;
                float sum = 0;
                for (int warp = 0; warp < block_.warps(); ++warp) sum += sums_[warp * 2 * layout_.channels + i];
                slice_[(i < layout_.channels ? slice_offsets_.bias : slice_offsets_.rate) + channel] += sum;
            }
        });
    }

    /// Back through the convolutions: adjoints of the states before, and gradients of the weights. Warps take tasks of
    /// each kind; none of them writes what another one reads.
    CORTEXPR_DEVICE void convolve_adjoint(int step, std::uint32_t live) {
        const int pairs = layout_.state_pairs(), splits = layout_.splits;
        const int adjoint_tasks =
            step > 1 ? layout_.groups() * pairs : 0;  // nothing reads the adjoint of the zeros before
        const int state_tasks = step > 1 ? layout_.state_depth_groups() * pairs * splits : 0;
        const int input_tasks = layout_.input_depth_groups() * pairs * splits;
        block_.for_each_warp([&](int warp) {
            for (int task = warp; task < adjoint_tasks + state_tasks + input_tasks; task += block_.warps()) {
                if (task < adjoint_tasks) {
                    add_state_adjoint(task % layout_.groups(), task / layout_.groups(), live);
                } else if (task < adjoint_tasks + state_tasks) {
                    const int part = task - adjoint_tasks;
                    add_weight_gradient<true>(part / splits / pairs, part / splits % pairs, part % splits, live);
                } else {
                    const int part = task - adjoint_tasks - state_tasks;
                    add_weight_gradient<false>(part / splits / pairs, part / splits % pairs, part % splits, live);
                }
            }
        });
    }

    /// before' = after' (1 - rate) + weights' drive', in place. Borders stay zeros.
    CORTEXPR_DEVICE void add_state_adjoint(int group, int pair, std::uint32_t live) {
        const std::uint32_t all = first_blocks(layout_.state_blocks);
        sums arriving(group, pair, layout_, all);
        arriving.start(nullptr);
        add_map(arriving, geometry(), drive_adjoint_, {weights_, layout_.state_blocks}, all, live);
        Block::for_each_lane([&](int lane) {
            CORTEXPR_UNROLL
            for (int b = 0; b < sums::blocks; ++b) {
                if (!arriving.is_live(b)) continue;
                const int channel = (arriving.first_block + b) * 16 + first_channel_of(lane);
                CORTEXPR_UNROLL
                for (int t = 0; t < sums::mma_tiles; ++t) {
                    if (t >= arriving.mma_tile_count) continue;
                    CORTEXPR_UNROLL
                    for (int half = 0; half < 2; ++half) {
                        const int position = (arriving.first_mma_tile + t) * 16 + lane / 4 + half * 8;
                        if (!geometry().is_inner(position)) continue;
                        bfloat16* adjoint = state_adjoint_ + position * layout_.channels + channel;
                        auto sum = load_four(adjoint);
                        const auto found = arriving.at(t, b, lane, half);
                        CORTEXPR_UNROLL
                        for (int i = 0; i < 4; ++i)
                            sum.values[i] += found.values[i] - rate_[channel + i] * sum.values[i];
                        store_vector(adjoint, narrowed_four(sum));
                    }
                }
            }
        });
    }

    /// weights' += source * drive', over the positions of one split: blocks of depth (a tap and 16 channels, or 16 of
    /// what the image shows) as rows, a pair of target blocks as columns.
    template <bool OfStates>
    CORTEXPR_DEVICE void add_weight_gradient(int group, int pair, int split, std::uint32_t live) {
        constexpr int depths = on_chip_layout::depths_of_group, blocks = on_chip_layout::blocks_of_pair;
        const int first_depth = group * depths, first_block = pair * blocks;
        const int all_depths = OfStates ? layout_.taps * layout_.state_blocks : layout_.input_blocks;
        const int count = all_depths - first_depth < depths ? all_depths - first_depth : depths;
        const auto is_live = [&](int b) {
            return first_block + b < layout_.state_blocks && has(live, first_block + b);
        };
        if (!is_live(0) && !is_live(1)) return;
        typename sums::sums gradient[depths][blocks][2];
        Block::for_each_lane([&](int lane) {
            CORTEXPR_UNROLL
            for (int i = 0; i < depths * blocks * 8; ++i)
                gradient[i / 8 / blocks][i / 8 % blocks][i / 4 % 2].at(lane, i % 4) = 0;
        });
        const int last_mma_tile = layout_.mma_tiles * (split + 1) / layout_.splits;
        for (int mma_tile = layout_.mma_tiles * split / layout_.splits; mma_tile < last_mma_tile; ++mma_tile) {
            typename sums::words right[blocks], left;
            CORTEXPR_UNROLL
            for (int b = 0; b < blocks; ++b)
                if (is_live(b)) load_drive_adjoint(mma_tile, first_block + b, right[b]);
            CORTEXPR_UNROLL
            for (int d = 0; d < depths; ++d) {
                if (d >= count) continue;
                if constexpr (OfStates) {
                    load_source(mma_tile, first_depth + d, left);
                } else {
                    load_input(mma_tile, first_depth + d, left);
                }
                CORTEXPR_UNROLL
                for (int b = 0; b < blocks; ++b) {
                    if (!is_live(b)) continue;
                    Block::multiply(gradient[d][b][0], left, right[b], 0);
                    Block::multiply(gradient[d][b][1], left, right[b], 2);
                }
            }
        }
        float* slice =
            slice_ + split * slice_size_ + (OfStates ? slice_offsets_.state_weights : slice_offsets_.input_weights);
        Block::for_each_lane([&](int lane) {
            CORTEXPR_UNROLL
            for (int d = 0; d < depths; ++d) {
                CORTEXPR_UNROLL
                for (int b = 0; b < blocks; ++b) {
                    if (d >= count || !is_live(b)) continue;
                    CORTEXPR_UNROLL
                    for (int i = 0; i < 8; ++i) {
                        const int target = (first_block + b) * 16 + i / 4 * 8 + lane % 4 * 2 + i % 2;
                        const int row = weight_row<OfStates>(first_depth + d, lane / 4 + i / 2 % 2 * 8);
                        if (row >= 0 && target < sizes_.states)
                            slice[row * sizes_.states + target] += gradient[d][b][i / 4].at(lane, i % 4);
                    }
                }
            }
        });
    }

    /// Which row of the weights a row of a block of depth is; -1 where it only fills the block up.
    template <bool OfStates>
    CORTEXPR_DEVICE int weight_row(int depth, int row) const {
        if constexpr (OfStates) {
            const int source = depth % layout_.state_blocks * 16 + row;
            return source < sizes_.states ? depth / layout_.state_blocks * sizes_.states + source : -1;
        } else {
            return depth * 16 + row < layout_.taps * sizes_.inputs ? depth * 16 + row : -1;
        }
    }

    /// Positions as depth, target channels as columns.
    CORTEXPR_DEVICE void load_drive_adjoint(int mma_tile, int target_block, typename sums::words& right) const {
        typename Block::template per_lane<const bfloat16*, 1> rows;
        Block::for_each_lane([&](int lane) {
            rows.at(lane, 0) = drive_adjoint_ + (layout_.guard + mma_tile * 16 + lane % 16) * layout_.stride +
                               target_block * 16 + lane / 16 * 8;
        });
        Block::template load_matrices<true>(right, rows);
    }
    /// Source channels, seen through a tap, as rows; positions as depth.
    CORTEXPR_DEVICE void load_source(int mma_tile, int depth, typename sums::words& left) const {
        const int tap = depth / layout_.state_blocks, source = depth % layout_.state_blocks * 16;
        const auto* seen =
            history_ + (layout_.guard + geometry().tap_offset(tap) + mma_tile * 16) * layout_.stride + source;
        typename Block::template per_lane<const bfloat16*, 1> rows;
        Block::for_each_lane([&](int lane) {
            rows.at(lane, 0) = seen + (lane % 8 + lane / 16 * 8) * layout_.stride + lane / 8 % 2 * 8;
        });
        Block::template load_matrices<true>(left, rows);
    }
    CORTEXPR_DEVICE void load_input(int mma_tile, int depth, typename sums::words& left) const {
        Block::for_each_lane([&](int lane) {
            CORTEXPR_UNROLL
            for (int i = 0; i < 4; ++i) {
                const int position = layout_.guard + mma_tile * 16 + lane % 4 * 2 + i / 2 * 8;
                const bfloat16* from = input_ + position * sizes_.inputs + offsets_[depth * 16 + lane / 4 + i % 2 * 8];
                left.at(lane, i) = pair_of(from[0], from[sizes_.inputs]);
            }
        });
    }

    Block& block_;
    const on_chip_backward_job& job_;
    const on_chip_sizes& sizes_;
    const on_chip_layout& layout_;
    on_chip_offsets slice_offsets_;
    std::ptrdiff_t slice_size_;
    bfloat16 *history_, *drive_adjoint_, *state_adjoint_, *input_;
    std::uint32_t* weights_;
    float *rate_, *feature_adjoint_, *sums_, *slice_;
    std::uint8_t* nonlinearities_;
    int *feature_argmax_, *offsets_;
};

}  // namespace cortexpr::kernels::cuda
