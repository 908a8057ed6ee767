#pragma once
// The numbers of Winograd convolutions, which the kernels compute and the schedule chooses. S. Winograd, Arithmetic
// Complexity of Computations, 1980; A. Lavin and S. Gray, Fast Algorithms for Convolutional Neural Networks, 2016.
//
// In one dimension, for 4 positions and r taps: positions = A (G taps * D reads), the product by element, where point p
// of A, G and D evaluates polynomials at 0, at plus and minus each magnitude, and at infinity: r + 3 points in all. For
// 3 taps float32's error is that of the direct sum (with magnitudes 1 and 2 it is three times as large), for 5 about
// twice that.

#include <cortexpr/compiler.hpp>

namespace cortexpr::kernels {

inline constexpr int winograd_positions = 4;  ///< of a tile, along one side

/// Positions that a tile reads along one side, and points along it, for an extent of 3 or 5.
constexpr int winograd_reads(int extent) { return winograd_positions + extent - 1; }
/// Points of a tile.
constexpr int winograd_points(int extent) { return winograd_reads(extent) * winograd_reads(extent); }

template <int Reads>
inline constexpr double winograd_magnitudes[2]{0.75, 1.5};
template <>
inline constexpr double winograd_magnitudes<winograd_reads(5)>[3] { 0.5, 1, 2 };

}  // namespace cortexpr::kernels
