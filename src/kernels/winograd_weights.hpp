#pragma once
// Weights of Winograd convolutions: from taps to points, and the adjoint of that.

#include <cortexpr/numbers/winograd.hpp>

#include <cstddef>

namespace cortexpr::kernels {

/// G: what each point takes of each tap, for an extent of 3 or 5.
struct tap_transform {
    double at[winograd_reads(5)][5] = {};

    explicit constexpr tap_transform(int extent) {
        if (extent == 3) {
            set<3>();
        } else {
            set<5>();
        }
    }

  private:
    template <int Extent>
    constexpr void set() {
        constexpr int finite = winograd_reads(Extent) - 1;
        double points[finite] = {0};
        for (int count = 1; const double magnitude : winograd_magnitudes<winograd_reads(Extent)>) {
            points[count++] = magnitude;
            points[count++] = -magnitude;
        }
        for (int i = 0; i < finite; ++i) {
            double others = 1;
            for (int k = 0; k < finite; ++k)
                if (k != i) others *= points[i] - points[k];
            double power = 1 / others;
            for (int tap = 0; tap < Extent; ++tap, power *= points[i]) at[i][tap] = power;
        }
        at[finite][Extent - 1] = 1;
    }
};

/// Pairs of channels whose points lie side by side, `step` from one point to the next, and their taps `apart`.
struct pair_row {
    int count = 1;
    std::size_t step = 1;
    std::ptrdiff_t apart = 0;
};
inline constexpr int most_pairs = 16;  ///< in a row (docs/dev/planned.md, Numbers)

/// Transforms the weights of rows of pairs; an extent of `extent` x `extent`, 3 or 5. Rows, because the points of one
/// pair lie whole pages apart, and a cache holds only a few lines of such a distance.
template <class Scalar>
class winograd_weights {
  public:
    explicit constexpr winograd_weights(int extent) : extent_(extent), transform_(extent) {}

    /// The points of tiles: sign G taps G^T, of the taps in reverse order where the adjoint's are asked for.
    constexpr void write(const Scalar* taps, const pair_row& pairs, Scalar sign, bool is_reversed,
                         Scalar* points) const {
        with_sizes(pairs, [&]<int Extent, int Lanes>() {
            constexpr int tap_count = Extent * Extent, reads = winograd_reads(Extent);
            double read[tap_count][Lanes] = {};
            for (int lane = 0; lane < pairs.count; ++lane)
                for (int tap = 0; tap < tap_count; ++tap)
                    read[tap][lane] =
                        static_cast<double>(taps[lane * pairs.apart + (is_reversed ? tap_count - 1 - tap : tap)]);
            for (int i = 0; i < reads; ++i) {
                const auto& of_point = transform_.at[i];
                double along[Extent][Lanes];
                for (int x = 0; x < Extent; ++x)
                    for (int lane = 0; lane < Lanes; ++lane) {
                        double sum = 0;
                        for (int y = 0; y < Extent; ++y) sum += of_point[y] * read[y * Extent + x][lane];
                        along[x][lane] = sum;
                    }
                for (int k = 0; k < reads; ++k, points += pairs.step) {
                    Scalar row[Lanes];
                    for (int lane = 0; lane < Lanes; ++lane) {
                        double sum = 0;
                        for (int x = 0; x < Extent; ++x) sum += transform_.at[k][x] * along[x][lane];
                        row[lane] = sign * static_cast<Scalar>(sum);
                    }
                    for (int lane = 0; lane < pairs.count; ++lane) points[lane] = row[lane];
                }
            }
        });
    }

    /// The adjoint: the taps' gradients, sign G^T points G, from those of the points.
    constexpr void write_adjoint(const Scalar* points, const pair_row& pairs, Scalar sign, Scalar* taps) const {
        with_sizes(pairs, [&]<int Extent, int Lanes>() {
            constexpr int reads = winograd_reads(Extent);
            double between[Extent][reads][Lanes] = {};
            for (int i = 0; i < reads; ++i)
                for (int k = 0; k < reads; ++k, points += pairs.step) {
                    const auto& of_point = transform_.at[i];
                    double read[Lanes] = {};
                    for (int lane = 0; lane < pairs.count; ++lane) read[lane] = static_cast<double>(points[lane]);
                    for (int y = 0; y < Extent; ++y)
                        for (int lane = 0; lane < Lanes; ++lane) between[y][k][lane] += of_point[y] * read[lane];
                }
            for (int y = 0; y < Extent; ++y)
                for (int x = 0; x < Extent; ++x) {
                    double sums[Lanes] = {};
                    for (int k = 0; k < reads; ++k)
                        for (int lane = 0; lane < Lanes; ++lane)
                            sums[lane] += transform_.at[k][x] * between[y][k][lane];
                    const int tap = y * Extent + x;
                    for (int lane = 0; lane < pairs.count; ++lane)
                        taps[lane * pairs.apart + tap] = sign * static_cast<Scalar>(sums[lane]);
                }
        });
    }

  private:
    /// Calls visit.operator()<extent, lanes>(), lanes at least as many as there are pairs.
    template <class Visitor>
    constexpr void with_sizes(const pair_row& pairs, Visitor visit) const {
        const auto with_lanes = [&]<int Lanes>() {
            if (extent_ == 3)
                visit.template operator()<3, Lanes>();
            else
                visit.template operator()<5, Lanes>();
        };
        if (pairs.count <= 4)
            with_lanes.template operator()<4>();
        else
            with_lanes.template operator()<most_pairs>();
    }

    int extent_;
    tap_transform transform_;
};

}  // namespace cortexpr::kernels
