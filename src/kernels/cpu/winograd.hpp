// Winograd convolutions (numbers/winograd.hpp) and their weights' adjoint. Included by table_of.hpp.

#pragma once

#include "products.hpp"

#include <cortexpr/numbers/winograd.hpp>

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

/// D: what a tile reads along one side, in the Winograd domain. Here for an extent of 3.
template <class Scalar>
[[gnu::always_inline]] inline void reads_at_points(const vector<Scalar> (&d)[winograd_reads(3)],
                                                   vector<Scalar> (&out)[winograd_reads(3)]) {
    constexpr auto& magnitudes = winograd_magnitudes<winograd_reads(3)>;
    constexpr Scalar a = magnitudes[0], b = magnitudes[1], aa = a * a, bb = b * b;
    const auto even_a = d[4] - bb * d[2], odd_a = a * (d[3] - bb * d[1]);
    const auto even_b = d[4] - aa * d[2], odd_b = b * (d[3] - aa * d[1]);
    out[0] = d[4] - (aa + bb) * d[2] + (aa * bb) * d[0];
    out[1] = even_a + odd_a;
    out[2] = even_a - odd_a;
    out[3] = even_b + odd_b;
    out[4] = even_b - odd_b;
    out[5] = d[5] - (aa + bb) * d[3] + (aa * bb) * d[1];
}

/// The same for an extent of 5.
template <class Scalar>
[[gnu::always_inline]] inline void reads_at_points(const vector<Scalar> (&d)[winograd_reads(5)],
                                                   vector<Scalar> (&out)[winograd_reads(5)]) {
    constexpr auto& magnitudes = winograd_magnitudes<winograd_reads(5)>;
    constexpr Scalar a = magnitudes[0], b = magnitudes[1], c = magnitudes[2], aa = a * a, bb = b * b, cc = c * c;
    const auto even = [&d](Scalar one, Scalar other) { return d[6] - (one + other) * d[4] + (one * other) * d[2]; };
    const auto odd = [&d](Scalar one, Scalar other) { return d[5] - (one + other) * d[3] + (one * other) * d[1]; };
    const auto even_a = even(bb, cc), even_b = even(aa, cc), even_c = even(aa, bb);
    const auto odd_a = a * odd(bb, cc), odd_b = b * odd(aa, cc), odd_c = c * odd(aa, bb);
    constexpr Scalar sum = aa + bb + cc, pairs = aa * bb + aa * cc + bb * cc, all = aa * bb * cc;
    out[0] = d[6] - sum * d[4] + pairs * d[2] - all * d[0];
    out[1] = even_a + odd_a;
    out[2] = even_a - odd_a;
    out[3] = even_b + odd_b;
    out[4] = even_b - odd_b;
    out[5] = even_c + odd_c;
    out[6] = even_c - odd_c;
    out[7] = d[7] - sum * d[5] + pairs * d[3] - all * d[1];
}

/// A: positions along one side, from the points.
template <class Scalar, int Reads>
[[gnu::always_inline]] inline void positions_from_points(const vector<Scalar> (&m)[Reads],
                                                         vector<Scalar> (&out)[winograd_positions]) {
    constexpr auto& magnitudes = winograd_magnitudes<Reads>;
    constexpr Scalar a = magnitudes[0], b = magnitudes[1];
    const auto sum_a = m[1] + m[2], sum_b = m[3] + m[4];
    const auto apart_a = a * (m[1] - m[2]), apart_b = b * (m[3] - m[4]);
    out[0] = m[0] + sum_a + sum_b;
    out[1] = apart_a + apart_b;
    out[2] = (a * a) * sum_a + (b * b) * sum_b;
    out[3] = (a * a) * apart_a + (b * b) * apart_b;
    if constexpr (Reads == winograd_reads(5)) {
        constexpr Scalar c = magnitudes[2];
        const auto sum_c = m[5] + m[6], apart_c = c * (m[5] - m[6]);
        out[0] += sum_c;
        out[1] += apart_c;
        out[2] += (c * c) * sum_c;
        out[3] += (c * c) * apart_c;
    }
    out[3] += m[Reads - 1];
}

/// The adjoint of positions_from_points.
template <class Scalar, int Reads>
[[gnu::always_inline]] inline void points_from_positions(const vector<Scalar> (&y)[winograd_positions],
                                                         vector<Scalar> (&out)[Reads]) {
    out[0] = y[0];
#pragma GCC unroll 3
    for (int i = 0; i < (Reads - 2) / 2; ++i) {
        const auto a = static_cast<Scalar>(winograd_magnitudes<Reads>[i]);
        auto even = y[0], odd = a * y[1];
        even += (a * a) * y[2];
        odd += (a * a * a) * y[3];
        out[2 * i + 1] = even + odd;
        out[2 * i + 2] = even - odd;
    }
    out[Reads - 1] = y[3];
}

/// The positions of a tile, cut off where the map ends.
struct winograd_tile {
    int y, x, rows, columns;
};

/// Tiles of a map, row by row.
struct winograd_grid {
    static constexpr int side = winograd_positions;
    int height, width;  ///< of the map
    int in_a_row, count;

    winograd_grid(int height, int width)
        : height(height),
          width(width),
          in_a_row((width + side - 1) / side),
          count((height + side - 1) / side * in_a_row) {}

    winograd_tile operator[](int tile) const {
        const int y = tile / in_a_row * side, x = tile % in_a_row * side;
        return {y, x, height - y < side ? height - y : side, width - x < side ? width - x : side};
    }
};

/// Values of a chunk of tiles at the points, [point][tile][channel]. Points lie a line apart from a power of two, or
/// all of them would share a set of the cache.
template <class Scalar>
struct point_values {
    Scalar* data;
    std::ptrdiff_t tile, point;

    point_values(Scalar* data, int tiles, int channels)
        : data(data), tile(channels), point(std::ptrdiff_t{tiles} * channels + winograd_tile_padding) {}
    Scalar* at(int p, int t) const { return data + p * point + t * tile; }
};

/// One vector of channels of a tile, copied with zeros where it is cut off.
template <class Scalar, int Side>
void copy_cut_tile(map_view<const Scalar> from, int rows, int columns, vector<Scalar> (&patch)[Side * Side]) {
    for (int row = 0; row < Side; ++row)
        for (int column = 0; column < Side; ++column)
            patch[row * Side + column] = row < rows && column < columns ? load(from.at(row, column)) : vector<Scalar>{};
}

/// out, by point, = T map T^T: one vector of channels of a tile of Side x Side positions, transformed to the Winograd
/// domain.
template <class Scalar, int Side, int Reads, class Transform>
[[gnu::always_inline]] inline void transform_whole_tile(map_view<const Scalar> from, Scalar* out, std::ptrdiff_t point,
                                                        Transform transform) {
    vector<Scalar> between[Side * Reads], in[Side], at_points[Reads];
#pragma GCC unroll 8
    for (int row = 0; row < Side; ++row, from.origin += from.row) {
#pragma GCC unroll 8
        for (int i = 0; i < Side; ++i) in[i] = load(from.origin + i * from.pixel);
        transform(in, at_points);
#pragma GCC unroll 8
        for (int i = 0; i < Reads; ++i) between[row * Reads + i] = at_points[i];
    }
#pragma GCC unroll 8
    for (int column = 0; column < Reads; ++column, out += point) {
#pragma GCC unroll 8
        for (int i = 0; i < Side; ++i) in[i] = between[i * Reads + column];
        transform(in, at_points);
#pragma GCC unroll 8
        for (int i = 0; i < Reads; ++i) store(out + i * (Reads * point), at_points[i]);
    }
}

/// The same where only rows x columns of them are the map's.
template <class Scalar, int Side, int Reads, class Transform>
[[gnu::always_inline]] inline void transform_tile(map_view<const Scalar> from, int rows, int columns, Scalar* out,
                                                  std::ptrdiff_t point, Transform transform) {
    constexpr int width = lanes<Scalar>;
    if (rows == Side && columns == Side) return transform_whole_tile<Scalar, Side, Reads>(from, out, point, transform);
    vector<Scalar> patch[Side * Side];
    copy_cut_tile<Scalar, Side>(from, rows, columns, patch);
    transform_whole_tile<Scalar, Side, Reads>({reinterpret_cast<const Scalar*>(patch), Side * width, width}, out, point,
                                              transform);
}

/// What a tile reads, in the Winograd domain.
template <class Scalar, int Reads>
void read_tile(const map_view<const Scalar>& source, const winograd_tile& tile, Scalar* out, std::ptrdiff_t point) {
    constexpr int more = Reads - winograd_positions;
    transform_tile<Scalar, Reads, Reads>(
        {source.at(tile.y, tile.x), source.row, source.pixel}, tile.rows + more, tile.columns + more, out, point,
        [](const auto& in, auto& at_points) { reads_at_points<Scalar>(in, at_points); });
}

/// The adjoint of a tile's positions, in the Winograd domain.
template <class Scalar, int Reads>
void read_adjoint_tile(const map_view<const Scalar>& adjoint, const winograd_tile& tile, Scalar* out,
                       std::ptrdiff_t point) {
    transform_tile<Scalar, winograd_positions, Reads>(
        {adjoint.at(tile.y, tile.x), adjoint.row, adjoint.pixel}, tile.rows, tile.columns, out, point,
        [](const auto& in, auto& at_points) { points_from_positions<Scalar, Reads>(in, at_points); });
}

/// Below this part of its tile's largest product a sum may be 0: rounding errors lie far below it, also where sources
/// cancel each other at the points; other sums seldom do.
template <class Scalar>
inline constexpr Scalar nearly_zero = sizeof(Scalar) == sizeof(float) ? Scalar(1.0 / (1 << 10))
                                                                      : Scalar(1.0 / (std::int64_t{1} << 39));

/// One position's sum by tap, for one vector of a block, as the direct convolution has it. If all sources are 0, it
/// is `start`.
template <class Scalar, int Vectors>
vector<Scalar> sum_by_tap(const convolution_job<Scalar>& job, const channel_block& block, const channel_block& by_tap,
                          int v, int y, int x, vector<Scalar> start) {
    constexpr int width = lanes<Scalar>;
    bit_vector<Scalar> seen{};
    for (int tap_y = 0; tap_y < job.kernel_height; ++tap_y)
        for (int tap_x = 0; tap_x < job.kernel_width; ++tap_x)
            for (int channel = 0; channel < job.source.pixel; channel += width)
                seen |= load(job.source.at(y + tap_y, x + tap_x) + channel) != Scalar{0};
    if (!any_of<Scalar>(seen)) return start;
    accumulators<Scalar, 1, Vectors> sums{};
    sums[0][v] = start;
    const Scalar* weights = job.tap_weights + by_tap.first_weight;
    for (int tap_y = 0; tap_y < job.kernel_height; ++tap_y)
        for (int tap_x = 0; tap_x < job.kernel_width; ++tap_x)
            add_sources<Scalar, Vectors, 1>(sums, job, block, job.source.at(y + tap_y, x + tap_x), 0, weights);
    return sums[0][v];
}

/// target = start + positions from the points. `again(row, column, start)` gives a position's sum by tap; with
/// SumsAgain it replaces those that are nearly 0.
template <class Scalar, int Reads, bool SumsAgain, class Again>
void write_tile(const Scalar* products, std::ptrdiff_t point, const winograd_tile& tile,
                const map_view<const Scalar>& start, const map_view<Scalar>& target, Again again) {
    constexpr int side = winograd_positions;
    vector<Scalar> between[side * Reads], in[Reads], positions[side], largest{};
#pragma GCC unroll 8
    for (int column = 0; column < Reads; ++column, products += point) {
#pragma GCC unroll 8
        for (int i = 0; i < Reads; ++i) in[i] = load(products + i * (Reads * point));
        if constexpr (SumsAgain) {
#pragma GCC unroll 8
            for (const auto& read : in) {
                const auto size = absolute<Scalar>(read);
                largest = size > largest ? size : largest;
            }
        }
        positions_from_points<Scalar, Reads>(in, positions);
#pragma GCC unroll 4
        for (int i = 0; i < side; ++i) between[i * Reads + column] = positions[i];
    }
    const auto bound = largest * nearly_zero<Scalar>;
    // Copies: a vector that is stored might lie where the arguments do, as far as the compiler knows.
    const auto from_row = start.row, from_pixel = start.pixel, to_row = target.row, to_pixel = target.pixel;
    const int rows = tile.rows, columns = tile.columns;
    const Scalar* from = start.at(tile.y, tile.x);
    Scalar* to = target.at(tile.y, tile.x);
#pragma GCC unroll 4
    for (int row = 0; row < side; ++row, from += from_row, to += to_row) {
        if (row >= rows) break;
#pragma GCC unroll 8
        for (int i = 0; i < Reads; ++i) in[i] = between[row * Reads + i];
        positions_from_points<Scalar, Reads>(in, positions);
#pragma GCC unroll 4
        for (int i = 0; i < side; ++i) {
            if (i >= columns) break;
            const auto before = load(from + i * from_pixel);
            auto sum = before + positions[i];
            if constexpr (SumsAgain) {
                // Where all products are 0 the sum is, too, and exactly.
                const bit_vector<Scalar> is_near = absolute<Scalar>(positions[i]) < bound;
                if (any_of<Scalar>(is_near)) [[unlikely]]
                    sum = is_near ? again(row, i, before) : sum;
            }
            store(to + i * to_pixel, sum);
        }
    }
}

/// Whether a live block reads any channel of a vector.
template <class Job>
bool reads_vector(const Job& job, int first, int width) {
    for (int b = 0; b < job.block_count; ++b) {
        if (job.block_is_live != nullptr && !job.block_is_live[b]) continue;
        for (int r = job.blocks[b].first_range; r < job.blocks[b].first_range + job.blocks[b].ranges; ++r) {
            const auto& range = job.ranges[r];
            if (job.source_is_read != nullptr && !job.source_is_read[range.source]) continue;
            if (range.first < first + width && range.first + range.count > first) return true;
        }
    }
    return false;
}

/// What all tiles of a chunk read, in the Winograd domain.
template <class Scalar, int Reads, class Job>
void read_chunk(const Job& job, const winograd_grid& grid, int first, int last, const point_values<Scalar>& out) {
    constexpr int width = lanes<Scalar>;
    // Tile by tile: neighbouring vectors of channels share lines of the cache.
    for (int tile = first; tile < last; ++tile) {
        const auto position = grid[tile];
        for (int channel = 0; channel < job.source.pixel; channel += width) {
            if (!reads_vector(job, channel, width)) continue;
            read_tile<Scalar, Reads>(job.source.from_channel(channel), position, out.at(0, tile - first) + channel,
                                     out.point);
        }
    }
}

/// At one point, for some tiles: products = reads * weights, summed over the block's sources. Products of a tile lie
/// together.
template <class Scalar, int Reads, int Vectors, int Tiles>
void multiply_tiles(const convolution_job<Scalar>& job, const channel_block& block, const Scalar* reads,
                    std::ptrdiff_t tile_step, const Scalar* weights, Scalar* products) {
    constexpr int width = lanes<Scalar>;
    accumulators<Scalar, Tiles, Vectors> sums{};
    add_sources<Scalar, Vectors, Tiles>(sums, job, block, reads, tile_step, weights);
#pragma GCC unroll 16
    for (int t = 0; t < Tiles; ++t)
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) store(products + (t * Reads * Reads * Vectors + v) * width, sums[t][v]);
}

template <class Scalar, int Reads, int Vectors>
void convolve_chunk(const convolution_job<Scalar>& job, const channel_block& block, const winograd_grid& grid,
                    int first, int last, const point_values<Scalar>& reads, Scalar* scratch) {
    constexpr int width = lanes<Scalar>, points = Reads * Reads;
    const auto products = [scratch](int point, int tile) {
        return scratch + (tile * points + point) * Vectors * width;
    };
    const Scalar* weights = job.weights + block.first_weight;
    for (int point = 0; point < points; ++point, weights += block.sources * Vectors * width)
        for_each_part(last - first, most_positions, [&](int from, int to) {
            with_count<most_positions>(to - from, [&]<int Tiles>() {
                multiply_tiles<Scalar, Reads, Vectors, Tiles>(job, block, reads.at(point, from), reads.tile, weights,
                                                              products(point, from));
            });
        });
    const auto* by_tap = job.tap_weights == nullptr ? nullptr : job.tap_blocks + (&block - job.blocks);
    for (int tile = first; tile < last; ++tile) {
        const auto position = grid[tile];
        for (int v = 0; v < Vectors; ++v) {
            const auto start = job.start.from_channel(block.first + v * width);
            const auto target = job.target.from_channel(block.first + v * width);
            const auto again = [&](int row, int column, vector<Scalar> before) {
                return sum_by_tap<Scalar, Vectors>(job, block, *by_tap, v, position.y + row, position.x + column,
                                                   before);
            };
            const Scalar* from = products(0, tile - first) + v * width;
            if (by_tap == nullptr) {
                write_tile<Scalar, Reads, false>(from, Vectors * width, position, start, target, again);
            } else {
                write_tile<Scalar, Reads, true>(from, Vectors * width, position, start, target, again);
            }
        }
    }
}

template <class Scalar, int Reads>
void convolve_winograd_of(const convolution_job<Scalar>& job) {
    const winograd_grid grid(job.height, job.width);
    for_each_part(grid.count, most_winograd_tiles, [&](int first, int last) {
        const point_values<Scalar> reads(job.scratch, last - first, static_cast<int>(job.source.pixel));
        read_chunk<Scalar, Reads>(job, grid, first, last, reads);
        for_each_block(job, [&]<int Vectors>(const channel_block& block) {
            convolve_chunk<Scalar, Reads, Vectors>(job, block, grid, first, last, reads,
                                                   job.scratch + Reads * Reads * reads.point);
        });
    });
}

template <class Scalar>
void convolve_winograd(const convolution_job<Scalar>& job) {
    if (job.kernel_height == 3) {
        convolve_winograd_of<Scalar, winograd_reads(3)>(job);
    } else {
        convolve_winograd_of<Scalar, winograd_reads(5)>(job);
    }
}

// ---- the adjoint of its weights, in the Winograd domain

template <class Scalar, int Vectors, int Sources>
void add_products(const Scalar* reads, std::ptrdiff_t reads_step, const Scalar* adjoints, std::ptrdiff_t adjoints_step,
                  int tiles, Scalar* gradient) {
    // Many sums come from memory: asked for here, they are there when the tiles are through.
#pragma GCC unroll 24
    for (int i = 0; i < Sources * Vectors; ++i) __builtin_prefetch(gradient + i * lanes<Scalar>, 1);
    accumulators<Scalar, Sources, Vectors> sums{};
    for (int t = 0; t < tiles; ++t, reads += reads_step, adjoints += adjoints_step)
        add_position<Scalar, Vectors, Sources>(sums, reads, adjoints);
    add_to<Scalar, Vectors, Sources>(gradient, sums);
}

/// What all tiles of a chunk send to a block, in the Winograd domain.
template <class Scalar, int Reads, int Vectors>
void read_adjoint_chunk(const weight_gradient_job<Scalar>& job, const channel_block& block, const winograd_grid& grid,
                        int first, int last, const point_values<Scalar>& out) {
    for (int tile = first; tile < last; ++tile) {
        const auto position = grid[tile];
        for (int v = 0; v < Vectors; ++v) {
            const int channel = block.first + v * lanes<Scalar>;
            read_adjoint_tile<Scalar, Reads>(job.adjoint.from_channel(channel), position,
                                             out.at(0, tile - first) + channel, out.point);
        }
    }
}

/// At one point, the sums of a block's weights over the tiles of a chunk.
template <class Scalar, int Vectors>
void add_point_gradient(const weight_gradient_job<Scalar>& job, const channel_block& block, int point,
                        const point_values<Scalar>& reads, const point_values<Scalar>& adjoints, int tiles) {
    Scalar* gradient =
        job.gradient + block.first_weight + std::ptrdiff_t{point} * block.sources * Vectors * lanes<Scalar>;
    for_each_group<Scalar, Vectors>(job, block, gradient, [&]<int Sources>(int source, Scalar* to) {
        add_products<Scalar, Vectors, Sources>(reads.at(point, 0) + source, reads.tile,
                                               adjoints.at(point, 0) + block.first, adjoints.tile, tiles, to);
    });
}

template <class Scalar, int Reads>
void add_weight_gradient_winograd_of(const weight_gradient_job<Scalar>& job) {
    constexpr int points = Reads * Reads;
    const winograd_grid grid(job.height, job.width);
    const int most_tiles = most_gradient_tiles(points, job.source.pixel, job.adjoint.pixel);
    for_each_part(grid.count, most_tiles, [&](int first, int last) {
        const point_values<Scalar> reads(job.scratch, last - first, static_cast<int>(job.source.pixel));
        const point_values<Scalar> adjoints(job.scratch + points * reads.point, last - first,
                                            static_cast<int>(job.adjoint.pixel));
        read_chunk<Scalar, Reads>(job, grid, first, last, reads);
        for_each_block(job, [&]<int Vectors>(const channel_block& block) {
            read_adjoint_chunk<Scalar, Reads, Vectors>(job, block, grid, first, last, adjoints);
        });
        // Point by point: what all blocks read at one stays in a cache.
        for (int point = 0; point < points; ++point)
            for_each_block(job, [&]<int Vectors>(const channel_block& block) {
                add_point_gradient<Scalar, Vectors>(job, block, point, reads, adjoints, last - first);
            });
    });
}

template <class Scalar>
void add_weight_gradient_winograd(const weight_gradient_job<Scalar>& job) {
    if (job.kernel_height == 3) {
        add_weight_gradient_winograd_of<Scalar, winograd_reads(3)>(job);
    } else {
        add_weight_gradient_winograd_of<Scalar, winograd_reads(5)>(job);
    }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
