#include "packing.hpp"

#include <utility>

namespace cortexpr::executors::planned {

packing::packing(std::span<const plan::weight_block> connections, bool is_adjoint,
                 std::span<const int> source_of_channel, int target_channels, int positions, int lanes)
    : is_adjoint_(is_adjoint),
      lanes_(lanes),
      positions_(positions),
      sources_(static_cast<int>(source_of_channel.size())) {
    const int vectors = (target_channels + lanes - 1) / lanes;
    const int block_count = (vectors + 1) / 2;
    rank_.assign(static_cast<std::size_t>(block_count) * source_of_channel.size(), -1);
    const auto rank = [this](int block, int source) -> int& {
        return rank_[static_cast<std::size_t>(block) * static_cast<std::size_t>(sources_) +
                     static_cast<std::size_t>(source)];
    };
    for (const auto& edge : connections)
        plan::for_each_pair(edge, [&](int source, int target) {
            if (is_adjoint) std::swap(source, target);
            rank(target / (2 * lanes), source) = 0;
        });
    for (int b = 0; b < block_count; ++b) {
        kernels::channel_block block{.first = 2 * b * lanes,
                                     .vectors = 2 * b + 2 <= vectors ? 2 : 1,
                                     .first_range = static_cast<int>(channel_ranges_.size()),
                                     .first_weight = size_};
        for (int source = 0; source < sources_; ++source) {
            if (rank(b, source) < 0) continue;
            rank(b, source) = block.sources++;
            const int own_source = source_of_channel[static_cast<std::size_t>(source)];
            const bool goes_on = static_cast<int>(channel_ranges_.size()) > block.first_range &&
                                 channel_ranges_.back().source == own_source &&
                                 channel_ranges_.back().first + channel_ranges_.back().count == source;
            if (!goes_on) channel_ranges_.push_back({source, 0, own_source});
            ++channel_ranges_.back().count;
        }
        block.ranges = static_cast<int>(channel_ranges_.size()) - block.first_range;
        size_ += static_cast<std::size_t>(positions_) * static_cast<std::size_t>(block.sources * block.vectors * lanes);
        blocks_.push_back(block);
    }
}

packing::range packing::of(int source, int target) const {
    if (is_adjoint_) std::swap(source, target);
    const int b = target / (2 * lanes_);
    const auto& block = blocks_[static_cast<std::size_t>(b)];
    const int rank =
        rank_[static_cast<std::size_t>(b) * static_cast<std::size_t>(sources_) + static_cast<std::size_t>(source)];
    const int row = block.vectors * lanes_;
    return {block.first_weight + static_cast<std::size_t>(rank * row + target - block.first),
            static_cast<std::size_t>(block.sources * row)};
}

}  // namespace cortexpr::executors::planned
