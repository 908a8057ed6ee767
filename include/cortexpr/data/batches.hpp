#pragma once
// The order of an epoch and its mini-batches.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/numbers/split_mix_64.hpp>
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
