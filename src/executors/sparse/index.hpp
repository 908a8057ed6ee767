#pragma once
// Synapses in the two orders that a run walks: by rows (postsynaptic neurons) and by columns (presynaptic ones).
//
//   const sparse_index index(neurons, pre, post, inner_number);
//   // by rows or columns
//   for (std::size_t k = 0; k < index.synapses(); ++k) weight[k] = of_user[index.user_of_first()[k]];
//
// Neurons are numbered inside as `inner_number` says; neighbours there should be alike (type, then position), so that
// what they gather is still in the cache (inner_order.hpp). 12 bytes a synapse, or 16 where neurons need 32-bit
// numbers; while built, 4 more.

#include "../../memory.hpp"

#include "../../kernels/cpu/sparse_jobs.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace cortexpr::executors::sparse {

/// One order. Chunks are neighbouring lines of about the same work; they depend on the network alone.
class line_order {
  public:
    kernels::synapse_lines lines(bool fetches_ahead) const {
        return {starts.data(), short_ends.data(), long_ends.data(), fetches_ahead};
    }
    int chunks() const { return static_cast<int>(first_of_chunk.size()) - 1; }

    std::vector<std::int64_t> starts;  ///< neurons + 1
    // One is empty. After the ends of all synapses come kernels::synapses_ahead zeros, which kernels may read.
    big_array<std::uint16_t> short_ends;
    big_array<std::uint32_t> long_ends;
    std::vector<std::int32_t> first_of_chunk;  ///< chunks + 1
};

class sparse_index {
  public:
    /// Synapse k leads from pre[k] to post[k]. inner_number: the inner number of each neuron; empty: as they come.
    /// \throws usage_error  a number is not below `neurons`, `inner_number` is no permutation, or a pair is given twice
    sparse_index(std::int32_t neurons, std::span<const std::int32_t> pre, std::span<const std::int32_t> post,
                 std::span<const std::int32_t> inner_number = {});

    std::int32_t neurons() const { return neurons_; }
    std::size_t synapses() const { return user_of_first_.size(); }
    const line_order& rows() const { return rows_; }
    const line_order& columns() const { return columns_; }

    std::span<const std::int32_t> inner_number() const {
        return inner_number_;
    }  ///< inner number by the user's; empty: the same

    /// Values by synapse come into one order after the other: first into the one whose lines the user's order follows
    /// more, since neighbours there are neighbours for the user, and from there into the second, whose neighbours read
    /// what lies side by side in the first. Straight from the user's order, the second would be read at random.
    bool rows_first() const { return rows_first_; }  ///< else columns
    std::span<const std::uint32_t> user_of_first() const {
        return user_of_first_.span();
    }  ///< the user's number of each
    std::span<const std::uint32_t> first_of_second() const { return first_of_second_.span(); }

    std::size_t bytes() const;

  private:
    std::int32_t neurons_;
    std::vector<std::int32_t> inner_number_;
    line_order rows_, columns_;
    bool rows_first_ = true;
    big_array<std::uint32_t> user_of_first_, first_of_second_;
};

}  // namespace cortexpr::executors::sparse
