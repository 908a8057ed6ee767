#pragma once
// Pooling and bilinear resizing of channel-last maps, and their adjoints: the same numbers as LibTorch's adaptive
// pooling and upsample_bilinear2d (corners not aligned).

#include "layout.hpp"

#include <cortexpr/schedule/run_facts.hpp>

#include <algorithm>
#include <cmath>

namespace cortexpr::executors::planned {

template <class Scalar>
using view = kernels::map_view<Scalar>;

/// The positions of a side that adaptive pooling gathers into position `index`.
struct window {
    int first, last;
};
inline window pooled_from(int index, int from, int to) {
    return {static_cast<int>(std::int64_t{index} * from / to),
            static_cast<int>((std::int64_t{index + 1} * from + to - 1) / to)};
}

/// The two positions of a side between which a resized position lies, and how far it is from the first.
template <class Scalar>
struct between {
    int low, high;
    Scalar share;
};
template <class Scalar>
between<Scalar> resized_from(int index, int from, int to) {
    const Scalar scale = static_cast<Scalar>(from) / static_cast<Scalar>(to);
    const Scalar position = std::max(Scalar{0}, scale * (static_cast<Scalar>(index) + Scalar{0.5}) - Scalar{0.5});
    const int low = std::min(static_cast<int>(position), from - 1);
    return {low, low + (low < from - 1 ? 1 : 0), position - static_cast<Scalar>(low)};
}

struct map_size {
    int height, width;
    friend bool operator==(const map_size&, const map_size&) = default;
};

/// A map with its size.
template <class Scalar>
struct sized_map {
    view<Scalar> map;
    map_size size;
};

/// Where the largest value of a channel in a window stands first; NaN counts as larger than all.
template <class Scalar>
std::pair<int, int> largest_of(view<const Scalar> map, window rows, window columns, int channel) {
    std::pair<int, int> position{rows.first, columns.first};
    Scalar largest = map.at(rows.first, columns.first)[channel];
    for (int y = rows.first; y < rows.last; ++y)
        for (int x = columns.first; x < columns.last; ++x) {
            const Scalar value = map.at(y, x)[channel];
            if (!(value > largest) && !std::isnan(value)) continue;
            largest = value;
            position = {y, x};
        }
    return position;
}

template <class Scalar>
void pool_map(pool_mode mode, sized_map<const Scalar> whole, sized_map<Scalar> pooled, int channels) {
    const auto [map, from] = whole;
    const auto [out, to] = pooled;
    for (int y = 0; y < to.height; ++y)
        for (int x = 0; x < to.width; ++x) {
            const auto rows = pooled_from(y, from.height, to.height), columns = pooled_from(x, from.width, to.width);
            Scalar* value = out.at(y, x);
            const Scalar* first = map.at(rows.first, columns.first);
            std::copy(first, first + channels, value);
            for (int row = rows.first; row < rows.last; ++row)
                for (int column = columns.first; column < columns.last; ++column) {
                    if (row == rows.first && column == columns.first) continue;
                    const Scalar* one = map.at(row, column);
                    if (mode == pool_mode::average) {
                        for (int c = 0; c < channels; ++c) value[c] += one[c];
                    } else {
                        for (int c = 0; c < channels; ++c)
                            value[c] = one[c] > value[c] || std::isnan(one[c]) ? one[c] : value[c];
                    }
                }
            if (mode == pool_mode::max) continue;
            const auto count = static_cast<Scalar>((rows.last - rows.first) * (columns.last - columns.first));
            for (int c = 0; c < channels; ++c) value[c] /= count;
        }
}

/// map_adjoint, of the size of the whole map, += what the pooled map's adjoint says of it.
template <class Scalar>
void add_pool_adjoint(pool_mode mode, sized_map<const Scalar> whole, sized_map<const Scalar> pooled_adjoint,
                      view<Scalar> map_adjoint, int channels) {
    const auto [map, from] = whole;
    const auto [out_adjoint, to] = pooled_adjoint;
    for (int y = 0; y < to.height; ++y)
        for (int x = 0; x < to.width; ++x) {
            const auto rows = pooled_from(y, from.height, to.height), columns = pooled_from(x, from.width, to.width);
            const Scalar* adjoint = out_adjoint.at(y, x);
            if (mode == pool_mode::max) {
                for (int c = 0; c < channels; ++c) {
                    const auto [row, column] = largest_of(map, rows, columns, c);
                    map_adjoint.at(row, column)[c] += adjoint[c];
                }
                continue;
            }
            const auto count = static_cast<Scalar>((rows.last - rows.first) * (columns.last - columns.first));
            for (int row = rows.first; row < rows.last; ++row)
                for (int column = columns.first; column < columns.last; ++column)
                    for (int c = 0; c < channels; ++c) map_adjoint.at(row, column)[c] += adjoint[c] / count;
        }
}

template <class Scalar>
void interpolate_map(sized_map<const Scalar> source, sized_map<Scalar> resized, int channels) {
    const auto [map, from] = source;
    const auto [out, to] = resized;
    for (int y = 0; y < to.height; ++y) {
        const auto v = resized_from<Scalar>(y, from.height, to.height);
        for (int x = 0; x < to.width; ++x) {
            const auto h = resized_from<Scalar>(x, from.width, to.width);
            const Scalar *a = map.at(v.low, h.low), *b = map.at(v.low, h.high);
            const Scalar *c = map.at(v.high, h.low), *d = map.at(v.high, h.high);
            Scalar* value = out.at(y, x);
            for (int i = 0; i < channels; ++i)
                value[i] = (1 - v.share) * ((1 - h.share) * a[i] + h.share * b[i]) +
                           v.share * ((1 - h.share) * c[i] + h.share * d[i]);
        }
    }
}

template <class Scalar>
void add_interpolation_adjoint(sized_map<const Scalar> resized_adjoint, sized_map<Scalar> source_adjoint,
                               int channels) {
    const auto [out_adjoint, to] = resized_adjoint;
    const auto map_adjoint = source_adjoint.map;
    const auto from = source_adjoint.size;
    for (int y = 0; y < to.height; ++y) {
        const auto v = resized_from<Scalar>(y, from.height, to.height);
        for (int x = 0; x < to.width; ++x) {
            const auto h = resized_from<Scalar>(x, from.width, to.width);
            const Scalar* adjoint = out_adjoint.at(y, x);
            const auto add = [&](int row, int column, Scalar share) {
                Scalar* position = map_adjoint.at(row, column);
                for (int i = 0; i < channels; ++i) position[i] += share * adjoint[i];
            };
            add(v.low, h.low, (1 - v.share) * (1 - h.share));
            add(v.low, h.high, (1 - v.share) * h.share);
            add(v.high, h.low, v.share * (1 - h.share));
            add(v.high, h.high, v.share * h.share);
        }
    }
}

template <class Scalar>
void copy_map(view<const Scalar> from, view<Scalar> to, map_size size, int channels) {
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) std::copy_n(from.at(y, x), channels, to.at(y, x));
}
template <class Scalar>
void fill_map(view<Scalar> map, map_size size, int channels, Scalar value) {
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) std::fill_n(map.at(y, x), channels, value);
}
template <class Scalar>
void add_map(view<const Scalar> from, view<Scalar> to, map_size size, int channels) {
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (int c = 0; c < channels; ++c) to.at(y, x)[c] += from.at(y, x)[c];
}

/// LibTorch's order (channel, row, column) to the kernels', and back; `first` is the channel in the kernels' map.
template <class Scalar>
void read_planes(const Scalar* planes, view<Scalar> map, map_size size, int channels, int first = 0) {
    for (int c = 0; c < channels; ++c)
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) map.at(y, x)[first + c] = *planes++;
}
template <class Scalar>
void write_planes(view<const Scalar> map, Scalar* planes, map_size size, int channels, int first = 0) {
    for (int c = 0; c < channels; ++c)
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) *planes++ = map.at(y, x)[first + c];
}
template <class Scalar>
void add_planes(const Scalar* planes, view<Scalar> map, map_size size, int channels, int first = 0) {
    for (int c = 0; c < channels; ++c)
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) map.at(y, x)[first + c] += *planes++;
}

/// sums[c] += the sum over positions of channel c.
template <class Scalar>
void add_sum_over_positions(kernels::map_view<const Scalar> map, map_size size, int channels, Scalar* sums) {
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (int c = 0; c < channels; ++c) sums[c] += map.at(y, x)[c];
}

}  // namespace cortexpr::executors::planned
