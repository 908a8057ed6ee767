#pragma once
// The order of an epoch and its mini-batches.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/numbers/mixed_bits.hpp>
#include <cstdint>
#include <span>
#include <vector>

// range-v3 names template parameters I, which is a macro after <complex.h>.
#pragma push_macro("I")
#undef I
#include <range/v3/view/chunk.hpp>
#include <range/v3/view/subrange.hpp>
#include <range/v3/view/transform.hpp>
#pragma pop_macro("I")

namespace cortexpr::data {

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

/// A permutation of 0 ... count-1 (Fisher-Yates over split_mix_64): the same for the same seed and epoch on every
/// platform and standard library, another for another seed or epoch.
std::vector<std::uint32_t> shuffled_order(std::uint32_t count, std::uint64_t seed, std::uint64_t epoch);

/// 0 ... count-1 as it is, for evaluation.
std::vector<std::uint32_t> natural_order(std::uint32_t count);

/// Cuts an order into mini-batches, a random-access range of std::span<const std::uint32_t>; the last one is smaller
/// when the batch size does not divide the order. The order must outlive the range.
/// \throws usage_error  batch_size < 1
inline auto batches(std::span<const std::uint32_t> order, int batch_size) {
    if (batch_size < 1) throw usage_error("a batch size of " + std::to_string(batch_size) + " is not positive");
    return ranges::make_subrange(order.data(), order.data() + order.size()) | ranges::views::chunk(batch_size) |
           ranges::views::transform(
               [](auto&& batch) { return std::span<const std::uint32_t>(ranges::begin(batch), ranges::end(batch)); });
}

/// An order that would be gone before its batches are read.
auto batches(std::vector<std::uint32_t>&& order, int batch_size) = delete;

}  // namespace cortexpr::data
