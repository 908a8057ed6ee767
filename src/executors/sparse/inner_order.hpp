#pragma once
// The order of a network's neurons inside, in which neighbours hear the same others: what one has read from memory is
// still in the cache for the next.

#include <cstdint>
#include <span>
#include <vector>

namespace cortexpr::executors::sparse {

/// The inner number of each neuron: types one after another, and within a type as neurons lie along a curve through
/// two coordinates that are found in the wiring. Connected neurons are near one another in them: along columns of an
/// eye, along a sheet, within one side of a brain. Small networks keep the user's order within a type. The same wiring
/// gives the same order. Takes about as long as 100 time steps of one sample.
std::vector<std::int32_t> inner_order(std::span<const std::int32_t> type_of_neuron, std::span<const std::int32_t> pre,
                                      std::span<const std::int32_t> post);

}  // namespace cortexpr::executors::sparse
