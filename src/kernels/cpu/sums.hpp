// Sums over the lanes of several vectors at once: with unpacking, a quarter of the instructions that one sum after the
// other takes. Included by sparse.hpp.

#pragma once

#include "lanes.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

template <class Scalar, int Bytes>
struct part_of {
    using type [[gnu::vector_size(Bytes)]] = Scalar;
};
template <>
struct part_of<float, sizeof(float)> {
    using type = float;
};
template <>
struct part_of<double, sizeof(double)> {
    using type = double;
};
/// A vector of that size, or a scalar.
template <class Scalar, int Bytes>
using part_vector = typename part_of<Scalar, Bytes>::type;

template <class Part>
[[gnu::always_inline]] inline Part unpacked_4(Part a, Part b) {
    return __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
}
template <class Part>
[[gnu::always_inline]] inline Part unpacked_8(Part a, Part b) {
    return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13) +
           __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
}
template <class Part>
[[gnu::always_inline]] inline Part halves_8(Part a, Part b, Part c, Part d) {
    const Part ab = unpacked_8(a, b), cd = unpacked_8(c, d);
    return __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
           __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
}

/// The sum of each of as many vectors as one has lanes. Vectors of 64 bytes are folded to 32 first.
template <class Scalar, int Bytes>
struct folded {
    static constexpr int bytes = Bytes == 64 ? 32 : Bytes;
    static constexpr int width = bytes / static_cast<int>(sizeof(Scalar));
    using type = part_vector<Scalar, bytes>;

    [[gnu::always_inline]] static type fold(part_vector<Scalar, Bytes> whole) {
        if constexpr (Bytes == 64) {
            type halves[2];
            std::memcpy(halves, &whole, sizeof halves);
            return halves[0] + halves[1];
        } else {
            return whole;
        }
    }
    [[gnu::always_inline]] static type load(const Scalar* from) {
        type value;
        std::memcpy(&value, from, sizeof value);
        return value;
    }
    [[gnu::always_inline]] static void store(Scalar* to, type value) { std::memcpy(to, &value, sizeof value); }

    [[gnu::always_inline]] static type sums_of(const type (&v)[width]) {
        if constexpr (width == 1) {
            return v[0];
        } else if constexpr (width == 2) {
            return __builtin_shufflevector(v[0], v[1], 0, 2) + __builtin_shufflevector(v[0], v[1], 1, 3);
        } else if constexpr (bytes == 32 && width == 4) {  // doubles
            const type ab =
                __builtin_shufflevector(v[0], v[1], 0, 4, 2, 6) + __builtin_shufflevector(v[0], v[1], 1, 5, 3, 7);
            const type cd =
                __builtin_shufflevector(v[2], v[3], 0, 4, 2, 6) + __builtin_shufflevector(v[2], v[3], 1, 5, 3, 7);
            return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
        } else if constexpr (width == 4) {
            const type ab = unpacked_4(v[0], v[1]), cd = unpacked_4(v[2], v[3]);
            return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
        } else {
            static_assert(width == 8);
            const type low = halves_8(v[0], v[1], v[2], v[3]), high = halves_8(v[4], v[5], v[6], v[7]);
            return __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11) +
                   __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
        }
    }
    [[gnu::always_inline]] static Scalar sum_of(type v) {
        if constexpr (width == 1) {
            return v;
        } else if constexpr (width == 2) {
            return v[0] + v[1];
        } else if constexpr (width == 4) {
            return (v[0] + v[2]) + (v[1] + v[3]);
        } else {
            const auto half = [](type x) __attribute__((always_inline)) {
                return __builtin_shufflevector(x, x, 0, 1, 2, 3);
            };
            const auto rest = [](type x) __attribute__((always_inline)) {
                return __builtin_shufflevector(x, x, 4, 5, 6, 7);
            };
            const auto four = half(v) + rest(v);
            return (four[0] + four[2]) + (four[1] + four[3]);
        }
    }
};

/// The sum of all lanes.
template <class Scalar>
[[gnu::always_inline]] inline Scalar sum_of_lanes(vector<Scalar> value) {
    using folding = folded<Scalar, CORTEXPR_VECTOR_BYTES>;
    return folding::sum_of(folding::fold(value));
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
