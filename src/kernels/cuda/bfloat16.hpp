#pragma once
// Maps and weights as they are stored; sums are floats. Vectors of four, of a lane's neighbouring channels.

#include "../bfloat16.hpp"

#include <cstring>

namespace cortexpr::kernels::cuda {

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

/// Vectors of neighbouring channels of a position; their pointers must be aligned as they are.
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

/// One of two numbers in a word.
CORTEXPR_DEVICE inline float lower_of(std::uint32_t pair) { return number_of(pair << 16); }
CORTEXPR_DEVICE inline float upper_of(std::uint32_t pair) { return number_of(pair & 0xFFFF0000U); }

CORTEXPR_DEVICE inline floats<4> widened_four(const four_channels& packed) {
    return {
        {lower_of(packed.pairs[0]), upper_of(packed.pairs[0]), lower_of(packed.pairs[1]), upper_of(packed.pairs[1])}};
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
