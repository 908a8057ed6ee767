#pragma once
// Weights of Winograd convolutions: from taps to points, and the adjoint of that.

#include <cortexpr/numbers/winograd.hpp>

#include <cstddef>

namespace cortexpr::kernels {

/// G: what each of 6 points takes of each tap.
struct tap_transform {
    double at[winograd_reads][5] = {};

    explicit constexpr tap_transform(int extent) {
        constexpr double points[] = {0, near_point, -near_point, far_point, -far_point};
        for (int i = 0; i + 1 < winograd_reads; ++i) {
            double others = 1;
            for (int k = 0; k + 1 < winograd_reads; ++k)
                if (k != i) others *= points[i] - points[k];
            double power = 1 / others;
            for (int tap = 0; tap < extent; ++tap, power *= points[i]) at[i][tap] = power;
        }
        at[winograd_reads - 1][extent - 1] = 1;
    }
};

/// Transforms the weights of one pair of channels; an extent of `extent` x `extent`.
template <class Scalar>
class winograd_weights {
  public:
    explicit constexpr winograd_weights(int extent) : extent_(extent), transform_(extent) {}

    /// The points of a tile, `step` apart: sign G taps G^T, of the taps in reverse order where the adjoint's are asked
    /// for.
    constexpr void write(const Scalar* taps, Scalar sign, bool is_reversed, Scalar* points, std::size_t step) const {
        double between[winograd_reads][5];
        for (int i = 0; i < winograd_reads; ++i)
            for (int x = 0; x < extent_; ++x) {
                double sum = 0;
                for (int y = 0; y < extent_; ++y) {
                    const int tap = y * extent_ + x;
                    sum += transform_.at[i][y] *
                           static_cast<double>(taps[is_reversed ? extent_ * extent_ - 1 - tap : tap]);
                }
                between[i][x] = sum;
            }
        for (const auto& along : between)
            for (int k = 0; k < winograd_reads; ++k, points += step) {
                double sum = 0;
                for (int x = 0; x < extent_; ++x) sum += transform_.at[k][x] * along[x];
                *points = sign * static_cast<Scalar>(sum);
            }
    }

    /// The adjoint: the taps' gradient, sign G^T points G, from that of the points.
    constexpr void write_adjoint(const Scalar* points, std::size_t step, Scalar sign, Scalar* taps) const {
        double between[5][winograd_reads] = {};
        for (const auto& of_point : transform_.at)
            for (int k = 0; k < winograd_reads; ++k, points += step)
                for (int y = 0; y < extent_; ++y) between[y][k] += of_point[y] * static_cast<double>(*points);
        for (int y = 0; y < extent_; ++y)
            for (int x = 0; x < extent_; ++x) {
                double sum = 0;
                for (int k = 0; k < winograd_reads; ++k) sum += transform_.at[k][x] * between[y][k];
                taps[y * extent_ + x] = sign * static_cast<Scalar>(sum);
            }
    }

  private:
    int extent_;
    tap_transform transform_;
};

}  // namespace cortexpr::kernels
