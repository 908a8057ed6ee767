#pragma once
// How maps lie in memory for the kernels: channels last and padded to whole vectors.

#include "../../kernels/cpu/kernels.hpp"

#include <cstddef>

namespace cortexpr::executors::planned {

/// A map with a border of zeros, as wide as the widest kernel that reads it.
struct map_layout {
    int height = 0, width = 0, channels = 0;
    int stride = 0;  ///< channels, padded to whole vectors
    int border_y = 0, border_x = 0;

    std::ptrdiff_t row() const { return std::ptrdiff_t{width + 2 * border_x} * stride; }
    std::size_t size() const { return static_cast<std::size_t>((height + 2 * border_y) * row()); }
    std::ptrdiff_t origin() const { return border_y * row() + std::ptrdiff_t{border_x} * stride; }
    map_layout without_border() const { return {height, width, channels, stride, 0, 0}; }

    template <class Scalar>
    kernels::map_view<Scalar> view(Scalar* buffer) const {
        return {buffer + origin(), row(), stride};
    }
};

inline map_layout layout_of(int channels, int height, int width, int border_y, int border_x, int lanes) {
    return {height, width, channels, (channels + lanes - 1) / lanes * lanes, border_y, border_x};
}

}  // namespace cortexpr::executors::planned
