#pragma once
// The last step of SplitMix64 (S. Vigna's public-domain code), which turns numbers that count into numbers that look
// drawn.

#include <cortexpr/compiler.hpp>

#include <cstdint>

namespace cortexpr {

/// A number all of whose bits depend on all bits of `value`; two values never give the same.
constexpr std::uint64_t mixed_bits(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

/// What is added to a number to count on: 2^64 over the golden ratio, odd.
inline constexpr std::uint64_t mixing_step = 0x9E3779B97F4A7C15U;

}  // namespace cortexpr
