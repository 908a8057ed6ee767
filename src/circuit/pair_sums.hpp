#pragma once
// Synapses by pair of neurons, repeats summed.

#include <cortexpr/circuit/graph.hpp>

#include <cstdint>
#include <functional>
#include <vector>

namespace cortexpr::circuit {

/// Collects pairs in the order in which they first appear. Besides the 16 bytes of each pair it takes about 8 for a
/// table of places, which holds no pairs of its own.
class pair_sums {
  public:
    /// `share_read` says how much of the input is behind (0 to 1), from which the number of pairs is foreseen.
    explicit pair_sums(std::function<double()> share_read) : share_read_(std::move(share_read)) {}

    /// False where the pair was there: the weight is then added to its own.
    bool add(std::int32_t pre, std::int32_t post, double weight);
    std::size_t size() const { return pairs_.size(); }
    /// The pairs; the table is freed.
    synapses take();

  private:
    std::size_t slot_of(std::int32_t pre, std::int32_t post) const;
    void grow();

    std::function<double()> share_read_;
    synapses pairs_;
    std::vector<std::uint32_t> slots_;  // place of a pair + 1; 0: none
    std::size_t capacity_ = 0;
};

}  // namespace cortexpr::circuit
