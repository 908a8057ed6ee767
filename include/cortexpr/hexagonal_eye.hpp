#pragma once
// The columns of a hexagonal eye, one below each lens. Coordinates are those of flyvis (J. K. Lappalainen et al.,
// "Connectome-constrained networks predict neural activity across the fly visual system", Nature 634, 2024).

#include <cortexpr/compiler.hpp>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

namespace cortexpr {

/// A column by its axial coordinates; v points right, u down.
struct hexagonal_column {
    /// Axial coordinates, in columns; (0, 0) is the centre.
    std::int32_t u = 0, v = 0;

    /// How far to the right its lens looks, in distances between neighbours.
    constexpr double x() const { return half_root_3 * v; }
    /// How far up its lens looks, in distances between neighbours.
    constexpr double y() const { return -(u + 0.5 * v); }

    friend constexpr auto operator<=>(const hexagonal_column&, const hexagonal_column&) = default;

    static constexpr double half_root_3 = 0.86602540378443864676;  ///< the distance between two lines of equal v
};

/// All columns with |u|, |v|, |u + v| <= radius, by u, then by v: 3 radius (radius + 1) + 1 of them.
inline std::vector<hexagonal_column> hexagonal_columns(std::int32_t radius) {
    std::vector<hexagonal_column> all;
    for (std::int32_t u = -radius; u <= radius; ++u)
        for (std::int32_t v = (std::max)(-radius, -radius - u); v <= (std::min)(radius, radius - u); ++v)
            all.push_back({u, v});
    return all;
}

}  // namespace cortexpr
