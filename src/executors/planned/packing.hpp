#pragma once
// How weights lie in memory for the kernels: packed by block.

#include "../../kernels/cpu/kernels.hpp"

#include <cortexpr/schedule/weight_map.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace cortexpr::executors::planned {

/// A merged convolution's weights by block, or those of its adjoint: the same with source and target exchanged. A pair
/// of channels has a weight for each position: taps, or points of a tile. Only what connections fill is stored, in
/// whole vectors of target channels.
class packing {
  public:
    packing() = default;  // of nothing
    /// `source_of_channel` has the source of each source channel of the packed direction.
    packing(std::span<const plan::weight_block> connections, bool is_adjoint, std::span<const int> source_of_channel,
            int target_channels, int positions, int lanes);

    std::span<const kernels::channel_block> blocks() const { return blocks_; }
    std::span<const kernels::channel_range> channel_ranges() const { return channel_ranges_; }
    std::size_t size() const { return size_; }
    int lanes() const { return lanes_; }

    /// Indices of the weights between two channels of the forward direction: of the first position, and from one to the
    /// next.
    struct range {
        std::size_t first, step;
    };
    range of(int source, int target) const;

  private:
    bool is_adjoint_ = false;
    int lanes_ = 0, positions_ = 0, sources_ = 0;
    std::vector<kernels::channel_block> blocks_;
    std::vector<kernels::channel_range> channel_ranges_;
    std::vector<int> rank_;  ///< [block][source channel]: its position among the block's sources, or -1
    std::size_t size_ = 0;
};

}  // namespace cortexpr::executors::planned
