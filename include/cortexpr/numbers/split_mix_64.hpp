#pragma once
// A stream of random numbers.

#include <cortexpr/compiler.hpp>
#include <cortexpr/numbers/mixed_bits.hpp>

#include <cstdint>

namespace cortexpr {

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
/// 64 bits of state, the same numbers on every platform.
class split_mix_64 {
  public:
    /// All numbers follow from the seed.
    explicit constexpr split_mix_64(std::uint64_t seed) noexcept : state_(seed) {}

    /// The next 64 random bits.
    constexpr std::uint64_t operator()() noexcept {
        state_ += mixing_step;
        return mixed_bits(state_);
    }

    /// [0, 1), in steps of 2^-53.
    constexpr double uniform() noexcept { return static_cast<double>((*this)() >> 11U) * 0x1p-53; }

    /// Uniform in [0, bound), without bias (rejection); bound > 0.
    /// D. Lemire, "Fast random integer generation in an interval", TOMACS 2019.
    constexpr std::uint32_t below(std::uint32_t bound) noexcept {
        std::uint64_t product = ((*this)() >> 32U) * bound;
        if (static_cast<std::uint32_t>(product) < bound) {
            const std::uint32_t surplus = (0U - bound) % bound;
            while (static_cast<std::uint32_t>(product) < surplus) product = ((*this)() >> 32U) * bound;
        }
        return static_cast<std::uint32_t>(product >> 32U);
    }

  private:
    std::uint64_t state_;
};

}  // namespace cortexpr
