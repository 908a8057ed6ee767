#pragma once
// The backward pass: a thread block takes images one after the other. The states' adjoint stays in registers as floats
// through all steps, a group's warp has it, and is what the transposed convolution is added to; so do the gradients of
// weights, through all images: a warp has those of 16 sources and 16 targets over a part of the positions. What the
// forward pass saved comes by bulk copies that start a phase earlier.

#include "maps.hpp"

namespace cortexpr::kernels::cuda::sized {

template <shape S>
class backward_pass {
    static constexpr auto layout = layout_of(S);
    using on = maps<S>;
    using adjoints = float[layout.mma_tiles][2 * layout.blocks][4];
    static constexpr int threads = layout.backward_threads;
    static constexpr int pass_channels = 8 * layout.blocks;  ///< channels that a position of a map holds, as floats
    static constexpr std::uint32_t unseen = ~std::uint32_t{0};

  public:
    CORTEXPR_INLINED explicit backward_pass(const backward_job& job)
        : job_(job),
          lane_(thread_index() % 32),
          warp_(thread_index() / 32),
          sources_(warp_ % layout.blocks),
          targets_(targets_of(warp_)),
          // So that each of the multiprocessor's four schedulers has warps of long and of short parts.
          part_(layout.blocks == 1  ? warp_
                : layout.parts == 1 ? 0
                                    : (warp_ / 2 ^ targets_) % 2),
          starts_copies_(thread_index() == threads - 32) {
        drive_map_ = shared_memory();
        state_map_ = drive_map_ + layout.map_bytes;
        drives_ = state_map_ + layout.map_bytes;
        read_weights_ = reinterpret_cast<float*>(
            drives_ + (layout.reads_beside ? layout.blocks * layout.drive_bytes : layout.last_drives));
        constexpr int all_drives = layout.blocks * layout.drive_bytes, outputs_twice = 2 * S.outputs;
        constexpr int rates_of_threads = 4 * layout.blocks * threads, readers = residues * S.outputs;
        auto* next = drives_ + all_drives + (layout.reads_beside ? up_to(layout.read_weights, 128) : 0);
        weights_ = reinterpret_cast<words4*>(next);
        unfolded_ = next + layout.state_weights;
        shown_ = reinterpret_cast<float*>(unfolded_ + layout.unfolded_bytes);
        rate_ = shown_ + (layout.image_in_bulk ? layout.image_bytes / 4 : 0);
        feature_adjoint_ = rate_ + layout.channels;
        feature_argmax_ = reinterpret_cast<int*>(feature_adjoint_ + outputs_twice);  // both: of this image and the next
        rate_sums_ = reinterpret_cast<float*>(feature_argmax_ + outputs_twice);
        seen_by_ = reinterpret_cast<std::uint32_t*>(rate_sums_ + rates_of_threads);
        drive_map_at_ = shared_address(drive_map_);
        state_map_at_ = shared_address(state_map_);
        drives_at_ = shared_address(drives_);
        unfolded_at_ = shared_address(unfolded_);
        drives_ready_ = shared_address(seen_by_ + readers);
        states_ready_ = drives_ready_ + 8;
        shown_ready_ = drives_ready_ + 16;
    }

    CORTEXPR_INLINED void run() {
        start();
        CORTEXPR_ROLLED
        for (int image = block_index(); image < job_.images; image += block_count()) take_image(image);
        finish();
    }

  private:
    /// The target block that a warp sums gradients of.
    CORTEXPR_INLINED static int targets_of(int warp) { return layout.blocks == 1 ? 0 : warp / (2 * layout.parts); }
    CORTEXPR_INLINED bool has_group() const { return warp_ < layout.groups; }

    CORTEXPR_INLINED void start() {
        if (starts_copies_) {
            start_copy_barrier(drives_ready_);
            start_copy_barrier(states_ready_);
            start_copy_barrier(shown_ready_);
        }
        on::fill_zeros(drive_map_, 2 * layout.map_bytes);
        const auto* adjoint_weights = reinterpret_cast<const words4*>(job_.with.packed + layout.at_adjoint_weights);
        for (int i = thread_index(); i < layout.state_weights / 16; i += threads) weights_[i] = adjoint_weights[i];
        if (thread_index() < layout.channels)
            rate_[thread_index()] = thread_index() < S.states ? job_.with.rate[thread_index()] : 0.0F;
        CORTEXPR_UNROLL
        for (int i = 0; i < 4 * layout.blocks; ++i) rate_sums_[i * threads + thread_index()] = 0;
        order_before_copies();
        barrier();
        fetch_image(block_index(), 0);
    }

    // ---- what comes from memory

    CORTEXPR_INLINED const unsigned char* states_of(int image, int t) const {
        return job_.states + on::saved_states(job_.steps) * static_cast<std::size_t>(image) + on::saved_states(t);
    }
    CORTEXPR_INLINED void fetch_drives(int image, int t) {
        if (!starts_copies_) return;
        const bool is_last = t == job_.steps;
        const int bytes = is_last ? layout.last_drives : layout.blocks * layout.drive_bytes,
                  more = is_last ? layout.read_weights : 0;
        order_before_copies();
        expect_bytes(drives_ready_, static_cast<std::uint32_t>(bytes + more));
        copy_in(drives_at_,
                job_.drives + on::saved_drives(job_.steps) * static_cast<std::size_t>(image) + on::saved_drives(t - 1),
                static_cast<std::uint32_t>(bytes), drives_ready_);
        if (is_last)
            copy_in(shared_address(read_weights_), job_.with.packed + layout.at_read_weights, layout.read_weights,
                    drives_ready_);
    }
    CORTEXPR_INLINED void fetch_states(int image, int t) {
        if (!starts_copies_) return;
        order_before_copies();
        expect_bytes(states_ready_, layout.state_bytes);
        copy_in(state_map_at_ + layout.border_y * layout.row_bytes, states_of(image, t), layout.state_bytes,
                states_ready_);
    }
    CORTEXPR_INLINED void will_fetch_states(int image, int t) const {
        if (starts_copies_) fetch_ahead(states_of(image, t), layout.state_bytes);
    }
    CORTEXPR_INLINED const float* image_of(int image) const {
        return job_.stimulus + static_cast<std::ptrdiff_t>(image) * S.inputs * layout.area;
    }
    CORTEXPR_INLINED void fetch_image(int image, int parity) {
        if (image >= job_.images) return;
        fetch_drives(image, job_.steps);
        if (job_.steps > 1) fetch_states(image, job_.steps - 1);
        if (layout.image_in_bulk && starts_copies_) {
            expect_bytes(shown_ready_, layout.image_bytes);
            copy_in(shared_address(shown_), image_of(image), layout.image_bytes, shown_ready_);
        }
        for (int c = thread_index(); c < S.outputs; c += threads) {
            feature_adjoint_[parity * S.outputs + c] = job_.feature_adjoint[image * S.outputs + c];
            feature_argmax_[parity * S.outputs + c] = job_.argmax[image * S.outputs + c];
        }
    }
    CORTEXPR_INLINED void wait_for_drives() {
        wait_for_copies(drives_ready_, drives_parity_);
        drives_parity_ ^= 1;
    }

    // ---- an image

    CORTEXPR_INLINED void take_image(int image) {
        adjoints adjoint = {};
        barrier();
        find_readers();
        if (layout.image_in_bulk) wait_for_copies(shown_ready_, image_parity_);
        on::unfold(unfolded_, layout.image_in_bulk ? shown_ : image_of(image));
        wait_for_drives();
        start_adjoint(adjoint);
        const bool is_one_step = job_.steps == 1;
        if (is_one_step) {
            if (has_group()) step_adjoint<true, true>(adjoint);
        } else {
            if (has_group())
                step_adjoint<false, true>(adjoint);
            else
                wait_for_copies(states_ready_, states_parity_);
            states_parity_ ^= 1;
            barrier();
            fetch_drives(image, job_.steps - 1);
            if (job_.steps > 2) will_fetch_states(image, job_.steps - 2);
            if (has_group()) convolve_adjoint<S.live_at_last>(adjoint);
            if (has(S.live_at_last, targets_)) add_gradients<false>();
            CORTEXPR_ROLLED
            for (int t = job_.steps - 1; t > 1; --t) {
                barrier();
                fetch_states(image, t - 1);
                wait_for_drives();
                if (has_group())
                    step_adjoint<false, false>(adjoint);
                else
                    wait_for_copies(states_ready_, states_parity_);
                states_parity_ ^= 1;
                barrier();
                fetch_drives(image, t - 1);
                if (t > 2) will_fetch_states(image, t - 2);
                if (has_group()) convolve_adjoint<on::all_blocks>(adjoint);
                add_gradients<false>();
            }
            barrier();
            wait_for_drives();
            if (has_group()) step_adjoint<true, false>(adjoint);
        }
        barrier();
        fetch_image(image + block_count(), image_parity_ ^ 1);
        if (!is_one_step || has(S.live_at_last, targets_)) add_gradients<true>();
        image_parity_ ^= 1;
    }

    template <std::uint32_t Live>
    CORTEXPR_INLINED void convolve_adjoint(adjoints& adjoint) const {
        on::template convolve<layout.blocks, Live, on::all_blocks, layout.blocks>(adjoint, drive_map_at_, weights_,
                                                                                  warp_, lane_);
    }

    /// By residue of a position and output channel: where the channel's maximum read a position of that residue, and by
    /// which of its weights.
    CORTEXPR_INLINED void find_readers() {
        for (int i = thread_index(); i < residues * S.outputs; i += threads) {
            const int c = i % S.outputs, residue = i / S.outputs,
                      where = feature_argmax_[image_parity_ * S.outputs + c];
            const int y0 = where / S.width - layout.border_y, x0 = where % S.width - layout.border_x;
            const int dy = (residue % 4 - y0) & 3, dx = (residue / 4 - x0) & 3, y = y0 + dy, x = x0 + dx;
            const bool is_seen =
                dy < S.kernel_height && dx < S.kernel_width && y >= 0 && y < S.height && x >= 0 && x < S.width;
            seen_by_[i] = is_seen ? static_cast<std::uint32_t>(on::index_of(y, x)) |
                                        static_cast<std::uint32_t>(dy * S.kernel_width + dx) << 16
                                  : unseen;
        }
    }

    /// The last states' adjoint: of each output channel's maximum, to what it saw. It is summed as floats where drives'
    /// adjoints will be; a thread adds to positions of one residue and one source alone, in the channels' order.
    CORTEXPR_INLINED void start_adjoint(adjoints& adjoint) {
        constexpr int passes = 16 * layout.sources / pass_channels;
        CORTEXPR_UNROLL
        for (int pass = 0; pass < passes; ++pass) {
            for (int i = thread_index(); i < layout.area * 2 * layout.blocks; i += threads) {
                const int position = i / (2 * layout.blocks);
                reinterpret_cast<words4*>(drive_map_ + on::index_of(position / S.width, position % S.width) *
                                                           layout.position_bytes)[i % (2 * layout.blocks)] = words4{};
            }
            barrier();
            for (int i = thread_index(); i < residues * pass_channels; i += threads)
                add_read(i / pass_channels, pass * pass_channels, i % pass_channels);
            barrier();
            if (has_group()) take_sums(adjoint, pass);
            if (pass + 1 < passes) barrier();
        }
        warp_barrier();
    }
    CORTEXPR_INLINED void add_read(int residue, int first_source, int source) {
        constexpr int at_once = 8;  // what is added to may be the same number, what is added is independent; not tuned
        const float* adjoint = feature_adjoint_ + std::ptrdiff_t{image_parity_} * S.outputs;
        CORTEXPR_ROLLED
        for (int c0 = 0; c0 < S.outputs; c0 += at_once) {
            std::uint32_t to[at_once];
            float more[at_once];
            CORTEXPR_UNROLL
            for (int i = 0; i < at_once; ++i) {
                const int c = c0 + i;
                const std::uint32_t found = c < S.outputs ? seen_by_[residue * S.outputs + c] : unseen;
                const int index = static_cast<int>(found & 0xFFFFU), tap = static_cast<int>(found >> 16);
                to[i] = found == unseen
                            ? unseen
                            : drive_map_at_ + on::chunk(index, source / 4) + static_cast<std::uint32_t>(source % 4 * 4);
                more[i] =
                    found == unseen
                        ? 0
                        : adjoint[c] *
                              read_weights_[(c * layout.taps + tap) * 16 * layout.sources + first_source + source];
            }
            CORTEXPR_UNROLL
            for (int i = 0; i < at_once; ++i)
                if (to[i] != unseen) put_shared(to[i], shared_float(to[i]) + more[i]);
        }
    }
    /// From the map of floats into a warp's registers: of one pass' channels.
    CORTEXPR_INLINED void take_sums(adjoints& adjoint, int pass) const {
        const position first = on::first_position(warp_, lane_ / 4);
        const int q = lane_ % 4;
        // With one block, a pass has half of its channels: those of two of four neighbouring lanes.
        if (layout.blocks == 1 && q / 2 != pass % 2) return;
        const int nth = layout.blocks == 1 ? 0 : pass;  // of the blocks that the output reads
        const int block = layout.sources == layout.blocks ? nth : highest_of(S.output_sources);
        const unsigned char* own =
            drive_map_ + on::chunk(on::index_of(first.y, first.x), layout.blocks == 1 ? q % 2 : q);
        CORTEXPR_UNROLL
        for (int u = 0; u < layout.units; ++u) {
            const auto sums = *reinterpret_cast<const floats4*>(own + std::ptrdiff_t{u} * layout.row_bytes);
            const bool is_there = on::is_column(first) && on::is_row(first, u);
            CORTEXPR_UNROLL
            for (int b = 0; b < layout.blocks; ++b) {
                if (b != block) continue;
                CORTEXPR_UNROLL
                for (int i = 0; i < 4; ++i)
                    adjoint[u % layout.mma_tiles][2 * b + i / 2][u / layout.mma_tiles * 2 + i % 2] =
                        is_there ? sums.values[i] : 0.0F;
            }
        }
    }

    /// Drives' adjoints of a step, from those of its states, into their map; and the adjoint of the states before, as
    /// far as they leak. Waits for those states.
    template <bool IsFirst, bool IsLast>
    CORTEXPR_INLINED void step_adjoint(adjoints& adjoint) {
        constexpr std::uint32_t live = IsLast ? S.live_at_last : on::all_blocks;
        const position first = on::first_position(warp_, lane_ / 4);
        const std::uint32_t own = on::chunk(on::index_of(first.y, first.x), lane_ % 4 / 2) + lane_ % 2 * 8;
        float rate_sum[4 * layout.blocks] = {};
        step_drive_adjoint<0, has(live, 0)>(adjoint, rate_sum, own, first);
        if constexpr (layout.blocks > 1) step_drive_adjoint<1, has(live, 1)>(adjoint, rate_sum, own, first);
        if constexpr (!IsFirst) {
            wait_for_copies(states_ready_, states_parity_);
            CORTEXPR_UNROLL
            for (int p = 0; p < layout.blocks; ++p) {
                if (!has(live, p)) continue;
                float rate[4];
                CORTEXPR_UNROLL
                for (int i = 0; i < 4; ++i) rate[i] = rate_[p * 16 + first_channel_of(lane_) + i];
                CORTEXPR_UNROLL
                for (int u = 0; u < layout.units; ++u) {
                    const auto in = shared_words2(state_map_at_ + (own ^ static_cast<std::uint32_t>(p * 32)) +
                                                  static_cast<std::uint32_t>(u * layout.row_bytes));
                    const float before[4] = {lower_of(in.x), upper_of(in.x), lower_of(in.y), upper_of(in.y)};
                    CORTEXPR_UNROLL
                    for (int i = 0; i < 4; ++i) {
                        float& a = adjoint[u % layout.mma_tiles][2 * p + i / 2][u / layout.mma_tiles * 2 + i % 2];
                        rate_sum[4 * p + i] = fused(-a, before[i], rate_sum[4 * p + i]);
                        a = fused(-rate[i], a, a);
                    }
                }
            }
        }
        CORTEXPR_UNROLL
        for (int i = 0; i < 4 * layout.blocks; ++i) rate_sums_[i * threads + thread_index()] += rate_sum[i];
    }

    template <int P, bool IsLive>
    CORTEXPR_INLINED void step_drive_adjoint(adjoints& adjoint, float (&rate_sum)[4 * layout.blocks], std::uint32_t own,
                                             const position& first) const {
        using responds = response<S.names[P]>;
        float rate[4];
        CORTEXPR_UNROLL
        for (int i = 0; i < 4; ++i) rate[i] = rate_[P * 16 + first_channel_of(lane_) + i];
        const std::uint32_t from =
            drives_at_ +
            static_cast<std::uint32_t>((P * layout.saved_words + warp_ * layout.mma_tiles * 32 + lane_) * 16);
        words4 in = IsLive ? shared_words4(from) : words4{};
        CORTEXPR_UNROLL
        for (int i = 0; i < layout.mma_tiles; ++i) {
            std::uint32_t pairs[4] = {};
            if constexpr (IsLive) {
                const std::uint32_t drives[4] = {in.x, in.y, in.z, in.w};
                if (i + 1 < layout.mma_tiles) in = shared_words4(from + static_cast<std::uint32_t>((i + 1) * 512));
                CORTEXPR_UNROLL
                for (int k = 0; k < 4; ++k) {  // two channels of a row
                    const int unit = i + k / 2 * layout.mma_tiles;
                    const bool is_there = on::is_column(first) && on::is_row(first, unit);
                    float drive_adjoint[2];
                    CORTEXPR_UNROLL
                    for (int e = 0; e < 2; ++e) {
                        const int c = k % 2 * 2 + e;
                        float& a = adjoint[i][2 * P + k % 2][k / 2 * 2 + e];
                        if (!is_there) a = 0;  // the transposed convolution reaches beyond the map, too
                        const float drive = e == 0 ? lower_of(drives[k]) : upper_of(drives[k]);
                        const auto found = responds::of(is_there ? drive : 0.0F);
                        drive_adjoint[e] = a * rate[c] * found.slope;
                        rate_sum[4 * P + c] = fused(a, found.value, rate_sum[4 * P + c]);
                    }
                    pairs[k] = narrowed_pair(drive_adjoint[0], drive_adjoint[1]);
                }
            }
            const std::uint32_t to = drive_map_at_ + (own ^ static_cast<std::uint32_t>(P * 32));
            if (on::is_column(first) && on::is_row(first, i))
                put_shared(to + static_cast<std::uint32_t>(i * layout.row_bytes), words2{pairs[0], pairs[1]});
            if (on::is_column(first) && on::is_row(first, i + layout.mma_tiles))
                put_shared(to + static_cast<std::uint32_t>((i + layout.mma_tiles) * layout.row_bytes),
                           words2{pairs[2], pairs[3]});
        }
    }

    /// Gradients of the warp's weights over its part of the positions: sources as rows, targets as columns, positions
    /// as depth.
    template <bool IsFirst>
    CORTEXPR_INLINED void add_gradients() {
        const int g = lane_ % 8, begin = part_ * layout.groups_of_part;
        CORTEXPR_ROLLED
        for (int group = begin; group < smaller(begin + layout.groups_of_part, layout.groups); ++group) {
            const position first = on::first_position(group, g);
            std::uint32_t seen[S.kernel_width];
            CORTEXPR_UNROLL
            for (int dx = 0; dx < S.kernel_width; ++dx)
                seen[dx] =
                    state_map_at_ + on::chunk(on::index_of(first.y + lane_ / 16 * layout.mma_tiles - layout.border_y,
                                                           first.x + dx - layout.border_x),
                                              sources_ * 2 + lane_ / 8 % 2);
            const std::uint32_t drive =
                drive_map_at_ +
                on::chunk(on::index_of(first.y + lane_ / 8 % 2 * layout.mma_tiles, first.x), targets_ * 2 + lane_ / 16);
            const std::uint32_t shown =
                unfolded_at_ +
                static_cast<std::uint32_t>(((group * layout.units + lane_ / 16 * layout.mma_tiles) * 8 + g) *
                                               layout.unfolded_stride +
                                           ((lane_ / 8 % 2 ^ phase_of<layout.depths>(g)) << 4));
            std::uint32_t b[S.kernel_height]
                           [4];  // of as many MMA tiles: depth 0 and 8 of one product, then of the other
            CORTEXPR_UNROLL
            for (int m = 0; m < layout.mma_tiles + (IsFirst ? 0 : 2 * layout.border_y); ++m) {
                if (m < layout.mma_tiles) {
                    auto& d = b[m % S.kernel_height];
                    load_transposed(d, drive + static_cast<std::uint32_t>(m * layout.row_bytes));
                    if (layout.blocks == 1 ||
                        (m + group) % 2 == sources_) {  // warps of other sources share the image's
                        CORTEXPR_UNROLL
                        for (int k = 0; k < layout.depths; ++k) {
                            std::uint32_t a[4];
                            load_transposed(a, (shown ^ static_cast<std::uint32_t>(k * 32)) +
                                                   static_cast<std::uint32_t>(m * 8 * layout.unfolded_stride));
                            multiply(of_input_[k][0], a, d[0], d[1]);
                            multiply(of_input_[k][1], a, d[2], d[3]);
                        }
                    }
                }
                if constexpr (!IsFirst) {
                    CORTEXPR_UNROLL
                    for (int dx = 0; dx < S.kernel_width; ++dx) {
                        std::uint32_t a[4];  // rows m and m + mma_tiles of the group, bordered
                        load_transposed(a, seen[dx] + static_cast<std::uint32_t>(m * layout.row_bytes));
                        CORTEXPR_UNROLL
                        for (int dy = 0; dy < S.kernel_height; ++dy) {
                            if (m < dy || m - dy >= layout.mma_tiles) continue;
                            const auto& d = b[(m - dy) % S.kernel_height];
                            multiply(of_state_[dy * S.kernel_width + dx][0], a, d[0], d[1]);
                            multiply(of_state_[dy * S.kernel_width + dx][1], a, d[2], d[3]);
                        }
                    }
                }
            }
        }
    }

    // ---- at the end: the parts' sums, then one slice of the block

    CORTEXPR_INLINED void finish() {
        barrier();
        auto* sums = reinterpret_cast<float*>(drive_map_);
        auto* input_sums = sums + layout.at_input;  // by warp
        constexpr int of_inputs = layout.warps * layout.depths * 256;
        auto* rates_by_group = input_sums + of_inputs;
        float by_rate[4 * layout.blocks];
        CORTEXPR_UNROLL
        for (int i = 0; i < 4 * layout.blocks; ++i) by_rate[i] = rate_sums_[i * threads + thread_index()];
        barrier();  // the sums may reach as far
        float* slice = job_.slices + static_cast<std::ptrdiff_t>(block_index()) * layout.slice_size;
        CORTEXPR_UNROLL
        for (int i = 0; i < 8 * layout.depths; ++i)
            input_sums[(warp_ * layout.depths + i / 8) * 256 + (lane_ / 4 + i / 2 % 2 * 8) * 16 + i / 4 % 2 * 8 +
                       lane_ % 4 * 2 + i % 2] = of_input_[i / 8][i / 4 % 2][i % 4];
        CORTEXPR_UNROLL
        for (int i = 0; i < 4 * layout.blocks; ++i) {
            float sum = by_rate[i];
            CORTEXPR_UNROLL
            for (int mask = 4; mask < 32; mask *= 2) sum += shuffled(sum, mask);
            if (lane_ < 4 && has_group())
                rates_by_group[warp_ * layout.channels + i / 4 * 16 + first_channel_of(lane_) + i % 4] = sum;
        }
        CORTEXPR_ROLLED
        for (int turn = 0; turn < layout.parts; ++turn) {
            if (part_ == turn) add_part(turn, sums, slice);
            barrier();
        }
        for (int i = thread_index(); i < 16 * layout.depths * layout.channels; i += threads)
            slice[layout.at_input + i] = input_sum(input_sums, i / layout.channels, i % layout.channels);
        for (int c = thread_index(); c < layout.channels; c += threads) {
            float sum = 0;
            for (int g = 0; g < layout.groups; ++g) sum += rates_by_group[g * layout.channels + c];
            slice[layout.at_rate + c] = sum;
        }
    }
    CORTEXPR_INLINED void add_part(int turn, float* sums, float* slice) const {
        CORTEXPR_UNROLL
        for (int tap = 0; tap < layout.taps; ++tap) {
            CORTEXPR_UNROLL
            for (int i = 0; i < 8; ++i) {
                const int source = sources_ * 16 + lane_ / 4 + i / 2 % 2 * 8;
                const int target = targets_ * 16 + i / 4 * 8 + lane_ % 4 * 2 + i % 2;
                const int entry = (tap * layout.channels + source) * layout.channels + target;
                const float own = of_state_[tap][i / 4][i % 4];
                (turn == layout.parts - 1 ? slice : sums)[entry] = turn == 0 ? own : sums[entry] + own;
            }
        }
    }
    /// Over all warps that have the target.
    CORTEXPR_INLINED static float input_sum(const float* input_sums, int row, int channel) {
        float sum = 0;
        for (int warp = 0; warp < layout.warps; ++warp) {
            if (targets_of(warp) == channel / 16)
                sum += input_sums[(warp * layout.depths + row / 16) * 256 + row % 16 * 16 + channel % 16];
        }
        return sum;
    }

    struct alignas(16) floats4 {
        float values[4];
    };

    const backward_job& job_;
    const int lane_, warp_;
    const int sources_, targets_, part_;
    const bool starts_copies_;  ///< in the last warp, which has no group where there are more warps than groups
    float of_state_[layout.taps][2][4] = {}, of_input_[layout.depths][2][4] = {};
    std::uint32_t drives_parity_ = 0, states_parity_ = 0;
    int image_parity_ = 0;

    unsigned char *drive_map_, *state_map_, *drives_, *unfolded_;
    float *read_weights_, *shown_, *rate_, *feature_adjoint_, *rate_sums_;
    int* feature_argmax_;
    std::uint32_t* seen_by_;
    words4* weights_;
    std::uint32_t drive_map_at_, state_map_at_, drives_at_, unfolded_at_, drives_ready_, states_ready_, shown_ready_;
};

}  // namespace cortexpr::kernels::cuda::sized
