#pragma once
// The forward pass of one image, a thread block's: a warp owns a group of positions through all steps, so that nothing
// is exchanged but the map of states, which is updated in place between two barriers. A block of channels is summed and
// stepped at a time; its new states wait in registers until all have read the old ones.

#include "maps.hpp"

#include "../maxima.hpp"

namespace cortexpr::kernels::cuda::sized {

template <shape S>
class forward_pass {
    static constexpr auto layout = layout_of(S);
    static constexpr int maxima_count = layout.groups * layout.outputs;
    using on = maps<S>;

  public:
    CORTEXPR_INLINED explicit forward_pass(const forward_job& job)
        : job_(job), lane_(thread_index() % 32), group_(thread_index() / 32), image_(block_index()) {
        map_ = shared_memory();
        state_weights_ = reinterpret_cast<words4*>(map_ + layout.map_bytes);
        stage_ = map_ + layout.map_bytes + layout.state_weights;
        input_weights_ = reinterpret_cast<words4*>(stage_ + layout.stage_bytes);
        unfolded_ = stage_ + layout.stage_bytes + layout.input_weights;
        rate_ = reinterpret_cast<float*>(unfolded_ + larger(layout.unfolded_bytes, layout.groups * layout.outputs * 8));
        map_at_ = shared_address(map_);
        ready_at_ = shared_address(rate_ + layout.channels);
    }

    CORTEXPR_INLINED void run() {
        load();
        if (job_.steps == 1) {
            step<true, true>(1);
        } else {
            step<true, false>(1);
            CORTEXPR_ROLLED
            for (int t = 2; t < job_.steps; ++t) step<false, false>(t);
            step<false, true>(job_.steps);
        }
        find_maxima();
        if (job_.patches != nullptr) save_patches();
    }

  private:
    CORTEXPR_INLINED void load() {
        const auto output_ready = ready_at_ + 8;
        const float* image = job_.stimulus + static_cast<std::ptrdiff_t>(image_) * S.inputs * layout.area;
        if (thread_index() == 0) {
            start_copy_barrier(ready_at_), start_copy_barrier(output_ready);
            order_before_copies();
            constexpr int image_bytes = layout.image_in_bulk ? layout.image_bytes : 0;
            expect_bytes(ready_at_, layout.state_weights + layout.input_weights + image_bytes);
            if (layout.image_in_bulk) copy_in(shared_address(stage_), image, layout.image_bytes, ready_at_);
            copy_in(shared_address(input_weights_), job_.with.packed + layout.at_input_weights, layout.input_weights,
                    ready_at_);
            copy_in(shared_address(state_weights_), job_.with.packed, layout.state_weights, ready_at_);
        }
        on::fill_zeros(map_, layout.map_bytes);
        if (thread_index() < layout.channels)
            rate_[thread_index()] = thread_index() < S.states ? job_.with.rate[thread_index()] : 0.0F;
        barrier();
        wait_for_copies(ready_at_, 0);
        on::unfold(unfolded_, layout.image_in_bulk ? reinterpret_cast<const float*>(stage_) : image);
        barrier();  // from now on the output's weights may lie where the image was
        if (thread_index() == 0) {
            order_before_copies();
            expect_bytes(output_ready, layout.output_weights);
            copy_in(shared_address(stage_), job_.with.packed + layout.at_output_weights, layout.output_weights,
                    output_ready);
        }
    }

    /// One step of the warp's group. IsFirst: states are zeros. IsLast: only what the output reads.
    template <bool IsFirst, bool IsLast>
    CORTEXPR_INLINED void step(int t) {
        constexpr std::uint32_t live = IsLast ? S.live_at_last : on::all_blocks;
        const position first = on::first_position(group_, lane_ / 4);
        const std::uint32_t own = map_at_ + on::chunk(on::index_of(first.y, first.x), lane_ % 4 / 2) + lane_ % 2 * 8;
        words2 next[layout.blocks][layout.units];
        step_block<IsFirst, 0, has(live, 0)>(next, own, t);
        if constexpr (layout.blocks > 1) step_block<IsFirst, 1, has(live, 1)>(next, own, t);
        if (thread_index() == 0) wait_until_copied_out();
        barrier();  // all have read the states before
        CORTEXPR_UNROLL
        for (int p = 0; p < layout.blocks; ++p) {
            if (!has(live, p)) continue;
            CORTEXPR_UNROLL
            for (int u = 0; u < layout.units; ++u)
                if (on::is_column(first) && on::is_row(first, u))
                    put_shared(
                        (own ^ static_cast<std::uint32_t>(p * 32)) + static_cast<std::uint32_t>(u * layout.row_bytes),
                        next[p][u]);
        }
        order_before_copies();
        barrier();
        if (!IsLast && job_.states != nullptr && thread_index() == 0)
            copy_out(
                job_.states + on::saved_states(job_.steps) * static_cast<std::size_t>(image_) + on::saved_states(t),
                map_at_ + layout.border_y * layout.row_bytes, layout.state_bytes);
    }

    template <bool IsFirst, int P, bool IsLive>
    CORTEXPR_INLINED void step_block(words2 (&next)[layout.blocks][layout.units], std::uint32_t own, int t) {
        if constexpr (IsLive) {
            using responds = response<S.names[P]>;
            float sums[layout.mma_tiles][2][4] = {};
            add_image<P>(sums);
            if constexpr (!IsFirst)
                on::template convolve<1, on::all_blocks, on::all_blocks, layout.blocks>(
                    sums, map_at_, state_weights_ + std::ptrdiff_t{P} * 32, group_, lane_);
            float rate[4];
            CORTEXPR_UNROLL
            for (int i = 0; i < 4; ++i) rate[i] = rate_[P * 16 + first_channel_of(lane_) + i];
            const std::size_t saved = on::saved_drives(job_.steps) * static_cast<std::size_t>(image_) +
                                      on::saved_drives(t - 1) + static_cast<std::size_t>(P * layout.drive_bytes);
            CORTEXPR_UNROLL
            for (int i = 0; i < layout.mma_tiles; ++i) {
                words2 drive[2];
                CORTEXPR_UNROLL
                for (int row = 0; row < 2; ++row) {
                    const int u = i + row * layout.mma_tiles;
                    const float* z0 = &sums[i][0][row * 2];
                    const float* z1 = &sums[i][1][row * 2];
                    words2 before{};
                    if constexpr (!IsFirst)
                        before = shared_words2((own ^ static_cast<std::uint32_t>(P * 32)) +
                                               static_cast<std::uint32_t>(u * layout.row_bytes));
                    next[P][u] = {narrowed_pair(responds::after(z0[0], lower_of(before.x), rate[0]),
                                                responds::after(z0[1], upper_of(before.x), rate[1])),
                                  narrowed_pair(responds::after(z1[0], lower_of(before.y), rate[2]),
                                                responds::after(z1[1], upper_of(before.y), rate[3]))};
                    drive[row] = {narrowed_pair(z0[0], z0[1]), narrowed_pair(z1[0], z1[1])};
                }
                if (job_.drives != nullptr)
                    reinterpret_cast<words4*>(job_.drives + saved)[(group_ * layout.mma_tiles + i) * 32 + lane_] = {
                        drive[0].x, drive[0].y, drive[1].x, drive[1].y};
            }
        }
    }

    template <int P>
    CORTEXPR_INLINED void add_image(float (&sums)[layout.mma_tiles][2][4]) const {
        const std::uint32_t shown =
            shared_address(unfolded_) +
            static_cast<std::uint32_t>(((group_ * layout.units + lane_ / 8 % 2 * layout.mma_tiles) * 8 + lane_ % 8) *
                                           layout.unfolded_stride +
                                       ((lane_ / 16 ^ phase_of<layout.depths>(lane_ % 8)) << 4));
        CORTEXPR_UNROLL
        for (int d = 0; d < layout.depths; ++d) {
            const words4 b = input_weights_[(d * layout.blocks + P) * 32 + lane_];
            CORTEXPR_UNROLL
            for (int i = 0; i < layout.mma_tiles; ++i) {
                std::uint32_t a[4];
                load_matrices(a, (shown ^ static_cast<std::uint32_t>(d * 32)) +
                                     static_cast<std::uint32_t>(i * 8 * layout.unfolded_stride));
                multiply(sums[i][0], a, b.x, b.y);
                multiply(sums[i][1], a, b.z, b.w);
            }
        }
    }

    CORTEXPR_INLINED void find_maxima() {
        wait_for_copies(ready_at_ + 8, 0);
        auto* best_of = reinterpret_cast<float*>(unfolded_);  // by group, by channel; the image is read no more
        auto* argmax_of = reinterpret_cast<int*>(best_of + maxima_count);
        const position first = on::first_position(group_, lane_ / 4);
        CORTEXPR_ROLLED
        for (int p = 0; p < layout.output_blocks; ++p) {
            float sums[layout.mma_tiles][2][4] = {};
            on::template convolve<1, S.output_sources, S.output_sources, layout.output_blocks>(
                sums, map_at_, reinterpret_cast<const words4*>(stage_) + std::ptrdiff_t{p} * 32, group_, lane_);
            CORTEXPR_UNROLL
            for (int i = 0; i < 4; ++i) {
                float best = 0;
                int where = -1;
                CORTEXPR_UNROLL
                for (int u = 0; u < layout.units; ++u) {
                    const float found = sums[u % layout.mma_tiles][i / 2][u / layout.mma_tiles * 2 + i % 2];
                    const int seen = (first.y + u) * S.width + first.x;
                    if (on::is_column(first) && on::is_row(first, u)) take(best, where, found, seen);
                }
                CORTEXPR_UNROLL
                for (int mask = 4; mask < 32; mask *= 2) {
                    const float other = shuffled(best, mask);
                    const int other_argmax = shuffled(where, mask);
                    take(best, where, other, other_argmax);
                }
                if (lane_ < 4) {
                    const int c = group_ * layout.outputs + p * 16 + first_channel_of(lane_) + i;
                    best_of[c] = best;
                    argmax_of[c] = where;
                }
            }
        }
        barrier();
        for (int c = thread_index(); c < S.outputs; c += thread_count()) {
            float best = best_of[c];
            int where = argmax_of[c];
            for (int g = 1; g < layout.groups; ++g)
                take(best, where, best_of[g * layout.outputs + c], argmax_of[g * layout.outputs + c]);
            job_.features[image_ * S.outputs + c] = best + job_.with.output_bias[c];
            job_.argmax[image_ * S.outputs + c] = where;
            argmax_of[c] = where;
        }
    }
    /// The better of two maxima; a position of -1 has none.
    CORTEXPR_INLINED static void take(float& best, int& where, float other, int other_argmax) {
        if (other_argmax >= 0 && (where < 0 || is_better(other, other_argmax, best, where))) {
            best = other;
            where = other_argmax;
        }
    }

    /// The states that each maximum saw.
    CORTEXPR_INLINED void save_patches() {
        barrier();
        const auto* argmax_of = reinterpret_cast<const int*>(unfolded_) + maxima_count;
        auto* to = reinterpret_cast<words4*>(job_.patches) + static_cast<std::ptrdiff_t>(image_) * layout.patch_words;
        for (int i = thread_index(); i < layout.patch_words; i += thread_count()) {
            constexpr int of_tap = 2 * layout.sources;
            const int where = argmax_of[i / of_tap / layout.taps], tap = i / of_tap % layout.taps, half = i % of_tap;
            const int y = where / S.width + tap / S.kernel_width - layout.border_y;
            const int x = where % S.width + tap % S.kernel_width - layout.border_x;
            const int block = layout.sources == layout.blocks ? half / 2 : highest_of(S.output_sources);
            to[i] = *reinterpret_cast<const words4*>(map_ + on::chunk(on::index_of(y, x), 2 * block + half % 2));
        }
    }

    const forward_job& job_;
    const int lane_, group_, image_;
    unsigned char *map_, *stage_, *unfolded_;
    words4 *state_weights_, *input_weights_;
    float* rate_;
    std::uint32_t map_at_, ready_at_;
};

}  // namespace cortexpr::kernels::cuda::sized
