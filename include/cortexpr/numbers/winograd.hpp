#pragma once
// The numbers of Winograd convolutions, which the kernels compute and the schedule chooses. S. Winograd, Arithmetic
// Complexity of Computations, 1980; A. Lavin and S. Gray, Fast Algorithms for Convolutional Neural Networks, 2016.
//
// In one dimension, for m positions and r taps with m + r = 7: positions = A (G taps * D reads), the product by
// element, where point p of A, G and D evaluates polynomials at 0, +-3/4, +-3/2 and infinity. With these points
// float32's error is that of the direct sum; with the usual 0, +-1, +-2 it is four times as large.

#include <cortexpr/compiler.hpp>

namespace cortexpr::kernels {

inline constexpr int winograd_reads = 6;  ///< positions that a tile reads along one side, and points along it
inline constexpr int winograd_points = winograd_reads * winograd_reads;
inline constexpr double near_point = 0.75, far_point = 1.5;

}  // namespace cortexpr::kernels
