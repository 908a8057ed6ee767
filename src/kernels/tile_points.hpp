#pragma once
// The points of convolutions by tiles (schedule/winograd.hpp). S. Winograd, Arithmetic Complexity of Computations, 1980;
// A. Lavin and S. Gray, Fast Algorithms for Convolutional Neural Networks, 2016.
//
// In one dimension, for m places and r taps with m + r = 7: places = A (G taps * D reads), the product by element,
// where point p of A, G and D evaluates polynomials at 0, +-3/4, +-3/2 and infinity. With these points float32's error
// is that of the direct sum; with the usual 0, +-1, +-2 it is four times as large.

#include <cortexpr/schedule/winograd.hpp>

namespace cortexpr::kernels {

using plan::tile_points;
using plan::tile_reads;

inline constexpr double near_point = 0.75, far_point = 1.5;

/// G: what each of 6 points takes of each tap.
struct tap_transform {
    double at[tile_reads][5] = {};

    explicit constexpr tap_transform(int extent) {
        constexpr double points[] = {0, near_point, -near_point, far_point, -far_point};
        for (int i = 0; i + 1 < tile_reads; ++i) {
            double others = 1;
            for (int k = 0; k + 1 < tile_reads; ++k)
                if (k != i) others *= points[i] - points[k];
            double power = 1 / others;
            for (int tap = 0; tap < extent; ++tap, power *= points[i]) at[i][tap] = power;
        }
        at[tile_reads - 1][extent - 1] = 1;
    }
};

}  // namespace cortexpr::kernels
