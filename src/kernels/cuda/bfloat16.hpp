#pragma once
// Numbers of 16 bits with a float's range, as maps and weights are stored; sums are floats. Vectors of four, of a
// lane's neighbouring channels.

#include "../pointwise_math.hpp"

#include <cstring>

namespace cortexpr::kernels::cuda {

struct bfloat16 {
    std::uint16_t bits;
};

CORTEXPR_DEVICE inline std::uint32_t bits_of(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
CORTEXPR_DEVICE inline float number_of(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

CORTEXPR_DEVICE inline float widened(bfloat16 value) { return number_of(std::uint32_t{value.bits} << 16); }
CORTEXPR_DEVICE inline float widened(float value) { return value; }

/// The nearest; of two, the even one. NaN stays NaN.
CORTEXPR_DEVICE inline bfloat16 narrowed(float value) {
    const std::uint32_t bits = bits_of(value);
    if (value != value) return {static_cast<std::uint16_t>(bits >> 16 | 0x40U)};
    return {static_cast<std::uint16_t>((bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16)};
}

CORTEXPR_DEVICE inline std::uint32_t pair_of(bfloat16 low, bfloat16 high) {
    return low.bits | std::uint32_t{high.bits} << 16;
}
/// Both rounded, the first one in the lower half.
CORTEXPR_DEVICE inline std::uint32_t narrowed_pair(float low, float high) {
#if defined(__CUDA_ARCH__)
    std::uint32_t pair;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    return pair;
#else
    return pair_of(narrowed(low), narrowed(high));
#endif
}

/// As stored: Storage is bfloat16 or float.
template <class Storage>
CORTEXPR_DEVICE inline Storage stored(float value) {
    if constexpr (std::is_same_v<Storage, float>) {
        return value;
    } else {
        return narrowed(value);
    }
}

/// Vectors of neighbouring channels of a place; their pointers must be aligned as they are.
struct alignas(8) four_channels {
    std::uint32_t pairs[2];
};
struct alignas(16) eight_channels {
    std::uint32_t pairs[4];
};
template <int Width>
struct floats {
    float values[Width];
};

template <class Vector>
CORTEXPR_DEVICE inline Vector load_vector(const bfloat16* from) {
#if defined(__CUDA_ARCH__)
    return *reinterpret_cast<const Vector*>(from);
#else
    Vector packed;  // memory may hold what was written as single channels
    std::memcpy(&packed, from, sizeof packed);
    return packed;
#endif
}
template <class Vector>
CORTEXPR_DEVICE inline void store_vector(bfloat16* to, const Vector& packed) {
#if defined(__CUDA_ARCH__)
    *reinterpret_cast<Vector*>(to) = packed;
#else
    std::memcpy(to, &packed, sizeof packed);
#endif
}

CORTEXPR_DEVICE inline floats<4> widened_four(const four_channels& packed) {
    return {{number_of(packed.pairs[0] << 16), number_of(packed.pairs[0] & 0xFFFF0000U),
             number_of(packed.pairs[1] << 16), number_of(packed.pairs[1] & 0xFFFF0000U)}};
}
CORTEXPR_DEVICE inline four_channels narrowed_four(const floats<4>& from) {
    return {{narrowed_pair(from.values[0], from.values[1]), narrowed_pair(from.values[2], from.values[3])}};
}
CORTEXPR_DEVICE inline floats<4> load_four(const bfloat16* from) {
    return widened_four(load_vector<four_channels>(from));
}

template <int Width>
CORTEXPR_DEVICE inline floats<Width> sum_of(const floats<Width>& a, const floats<Width>& b) {
    floats<Width> sum;
    CORTEXPR_UNROLL
    for (int i = 0; i < Width; ++i) sum.values[i] = a.values[i] + b.values[i];
    return sum;
}

/// Memory of Width neighbouring channels, moved at once.
template <int Width, class Storage>
struct alignas(sizeof(Storage) * Width) packed_channels {
    Storage values[Width];
};

/// Width neighbouring channels as floats; the pointer must be aligned as packed_channels is.
template <int Width, class Storage>
CORTEXPR_DEVICE inline floats<Width> load_channels(const Storage* from) {
    const auto packed = *reinterpret_cast<const packed_channels<Width, Storage>*>(from);
    floats<Width> result;
    CORTEXPR_UNROLL
    for (int i = 0; i < Width; ++i) result.values[i] = widened(packed.values[i]);
    return result;
}
template <int Width, class Storage>
CORTEXPR_DEVICE inline void store_channels(Storage* to, const floats<Width>& values) {
    packed_channels<Width, Storage> packed;
    CORTEXPR_UNROLL
    for (int i = 0; i < Width; ++i) packed.values[i] = stored<Storage>(values.values[i]);
    *reinterpret_cast<packed_channels<Width, Storage>*>(to) = packed;
}

}  // namespace cortexpr::kernels::cuda
