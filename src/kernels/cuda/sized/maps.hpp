#pragma once
// What the forward and the backward pass do with maps: convolve them, unfold the image, fill them.

#include "job.hpp"
#include "threads.hpp"

#include "../bfloat16.hpp"

namespace cortexpr::kernels::cuda::sized {

template <shape S>
struct maps {
    static constexpr auto layout = layout_of(S);
    static constexpr std::uint32_t all_blocks = (std::uint32_t{1} << layout.blocks) - 1;

    /// Where row g of a group's first unit lies; later units lie one row below each other.
    CORTEXPR_INLINED static position first_position(int group, int g) {
        if (!layout.paired || group < layout.strips * layout.groups_of_strip)
            return {group % layout.groups_of_strip * layout.units, group / layout.groups_of_strip * 8 + g};
        return {g / 4 * layout.units, layout.strips * 8 + g % 4};
    }
    CORTEXPR_INLINED static int index_of(int y, int x) {
        return (y + layout.border_y) * layout.pitch + x + layout.border_x;
    }
    CORTEXPR_INLINED static std::size_t saved_states(int steps) {
        return saved_states_bytes(layout.state_bytes, steps);
    }
    CORTEXPR_INLINED static std::size_t saved_drives(int steps) {
        return saved_drives_bytes(layout.blocks, layout.drive_bytes, steps);
    }
    CORTEXPR_INLINED static std::uint32_t chunk(int index, int number) {
        return chunk_at<layout.blocks>(index, number);
    }

    /// Whether units' positions are the map's, from one of them: its row in the first unit, and its column.
    CORTEXPR_INLINED static bool is_column(const position& first) { return layout.is_full || first.x < S.width; }
    CORTEXPR_INLINED static bool is_row(const position& first, int unit) {
        return layout.groups_of_strip * layout.units == S.height || first.y + unit < S.height;
    }

    /// sums += a convolution of a map's blocks `Read`: Targets blocks of target channels. The weights lie by tap, by
    /// block of `Packed`, by target block (of Stride), by lane.
    template <int Targets, std::uint32_t Read, std::uint32_t Packed, int Stride>
    CORTEXPR_INLINED static void convolve(float (&sums)[layout.mma_tiles][2 * Targets][4], std::uint32_t map,
                                          const words4* weights, int group, int lane) {
        const position first = first_position(group, lane % 8);
        constexpr int packed = kernels::detail::bits_in(Packed);
        CORTEXPR_ROLLED
        for (int dx = 0; dx < S.kernel_width; ++dx) {
            const std::uint32_t seen = map + chunk(index_of(first.y + lane / 8 % 2 * layout.mma_tiles - layout.border_y,
                                                            first.x + dx - layout.border_x),
                                                   lane / 16);
            CORTEXPR_UNROLL
            for (int k = 0; k < layout.blocks; ++k) {
                if (!has(Read, k)) continue;
                words4 b[S.kernel_height][Targets];
                CORTEXPR_UNROLL
                for (int dy = 0; dy < S.kernel_height; ++dy) {
                    const int block = (dy * S.kernel_width + dx) * packed + rank_of(Packed, k);
                    CORTEXPR_UNROLL
                    for (int n = 0; n < Targets; ++n) b[dy][n] = weights[(block * Stride + n) * 32 + lane];
                }
                CORTEXPR_UNROLL
                for (int m = 0; m < layout.mma_tiles + 2 * layout.border_y;
                     ++m) {  // rows m and m + mma_tiles of the group, bordered
                    std::uint32_t a[4];
                    load_matrices(a, (seen ^ static_cast<std::uint32_t>(k * 32)) +
                                         static_cast<std::uint32_t>(m * layout.row_bytes));
                    CORTEXPR_UNROLL
                    for (int dy = 0; dy < S.kernel_height; ++dy) {
                        if (m < dy || m - dy >= layout.mma_tiles) continue;
                        CORTEXPR_UNROLL
                        for (int n = 0; n < Targets; ++n) {
                            multiply(sums[m - dy][2 * n], a, b[dy][n].x, b[dy][n].y);
                            multiply(sums[m - dy][2 * n + 1], a, b[dy][n].z, b[dy][n].w);
                        }
                    }
                }
            }
        }
    }

    /// The image by position of a unit: what each tap shows of each channel, and two ones for a bias' upper and lower
    /// half.
    CORTEXPR_INLINED static void unfold(unsigned char* to, const float* image) {
        for (int i = thread_index(); i < layout.groups * layout.units * 8; i += thread_count()) {
            const int g = i % 8, unit = i / 8 % layout.units;
            const position first = first_position(i / 8 / layout.units, g);
            const bool is_there = is_column(first) && is_row(first, unit);
            float seen[16 * layout.depths] = {};
            CORTEXPR_UNROLL
            for (int tap = 0; tap < layout.taps; ++tap) {
                const int y = first.y + unit + tap / S.kernel_width - layout.border_y;
                const int x = first.x + tap % S.kernel_width - layout.border_x;
                const bool is_shown = is_there && y >= 0 && y < S.height && x >= 0 && x < S.width;
                CORTEXPR_UNROLL
                for (int c = 0; c < S.inputs; ++c)
                    seen[tap * S.inputs + c] = is_shown ? image[c * layout.area + y * S.width + x] : 0.0F;
            }
            seen[layout.bias_row] = seen[layout.bias_row + 1] = is_there ? 1.0F : 0.0F;
            CORTEXPR_UNROLL
            for (int chunk = 0; chunk < 2 * layout.depths; ++chunk) {
                const float* from = seen + 8 * chunk;
                reinterpret_cast<words4*>(to)[i * 2 * layout.depths + (chunk ^ phase_of<layout.depths>(g))] = {
                    narrowed_pair(from[0], from[1]), narrowed_pair(from[2], from[3]), narrowed_pair(from[4], from[5]),
                    narrowed_pair(from[6], from[7])};
            }
        }
    }

    CORTEXPR_INLINED static void fill_zeros(void* to, int bytes) {
        for (int i = thread_index(); i < bytes / 16; i += thread_count()) static_cast<words4*>(to)[i] = words4{};
    }
};

/// A nonlinearity of a block of channels, from drives that were summed `scale` times as large: that of the sigmoid is
/// half of it, because sigmoid(z) = (1 + tanh(z / 2)) / 2, and the hardware has tanh.
template <nonlinearity Name>
struct response {
    static constexpr float scale = Name == nonlinearity::sigmoid ? 0.5F : 1.0F;

    /// before + rate * (value - before).
    CORTEXPR_INLINED static float after(float drive, float before, float rate) {
        if constexpr (Name == nonlinearity::sigmoid) {
            const float half = 0.5F * rate;
            return fused(tanh_of(drive), half, fused(before, 1 - rate, half));
        } else if constexpr (Name == nonlinearity::tanh) {
            return fused(tanh_of(drive), rate, before * (1 - rate));
        } else {
            return fused(value_of<Name>(drive), rate, before * (1 - rate));
        }
    }
    struct found {
        float value, slope;
    };
    CORTEXPR_INLINED static found of(float drive) {
        if constexpr (Name == nonlinearity::sigmoid) {
            const float t = tanh_of(drive);
            return {fused(t, 0.5F, 0.5F), fused(t * t, -0.25F, 0.25F)};
        } else if constexpr (Name == nonlinearity::tanh) {
            const float t = tanh_of(drive);
            return {t, fused(-t, t, 1.0F)};
        } else {
            const float value = value_of<Name>(drive);
            return {value, slope_of<Name>(tells_slope<Name> ? value : drive)};
        }
    }
};

}  // namespace cortexpr::kernels::cuda::sized
