#pragma once
// Numbers of 16 bits with a float's range: of 8 significant bits.

#include "pointwise_math.hpp"

#include <cstring>

namespace cortexpr::kernels {

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

}  // namespace cortexpr::kernels
