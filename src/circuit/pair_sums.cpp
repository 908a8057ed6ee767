#include "pair_sums.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/numbers/mixed_bits.hpp>

#include <algorithm>
#include <bit>
#include <limits>

namespace cortexpr::circuit {

std::size_t pair_sums::slot_of(std::int32_t pre, std::int32_t post) const {
    const std::size_t mask = slots_.size() - 1;
    const auto pair =
        static_cast<std::uint64_t>(static_cast<std::uint32_t>(pre)) << 32U | static_cast<std::uint32_t>(post);
    std::size_t slot = mixed_bits(pair) & mask;
    while (slots_[slot] != 0 &&
           (pairs_.presynaptic[slots_[slot] - 1] != pre || pairs_.postsynaptic[slots_[slot] - 1] != post))
        slot = (slot + 1) & mask;
    return slot;
}

bool pair_sums::add(std::int32_t pre, std::int32_t post, double weight) {
    if (pairs_.size() == capacity_) grow();
    const auto slot = slot_of(pre, post);
    if (slots_[slot] != 0) {
        pairs_.weights[slots_[slot] - 1] += weight;
        return false;
    }
    pairs_.presynaptic.push_back(pre);
    pairs_.postsynaptic.push_back(post);
    pairs_.weights.push_back(weight);
    slots_[slot] = static_cast<std::uint32_t>(pairs_.size());
    return true;
}

void pair_sums::grow() {
    constexpr std::size_t first = 1U << 12U, most = std::numeric_limits<std::uint32_t>::max() - 1;
    if (capacity_ == most) throw usage_error("there are more than 2^32 - 2 connected pairs");
    const double share = share_read_();
    const double foreseen = share > 0.001 ? 1.02 * static_cast<double>(capacity_) / share : 0.0;
    const double least = (share > 0.2 ? 1.05 : 1.5) * static_cast<double>(capacity_);
    capacity_ = std::clamp(static_cast<std::size_t>(std::clamp(std::max(least, foreseen), 0.0, 4e9)), first, most);
    pairs_.presynaptic.reserve(capacity_);
    pairs_.postsynaptic.reserve(capacity_);
    pairs_.weights.reserve(capacity_);
    const auto needed = std::bit_ceil(capacity_ + capacity_ / 3);
    if (needed == slots_.size()) return;
    std::vector<std::uint32_t>().swap(slots_);  // the old table goes before the new one comes
    slots_.assign(needed, 0);
    for (std::size_t i = 0; i < pairs_.size(); ++i)
        slots_[slot_of(pairs_.presynaptic[i], pairs_.postsynaptic[i])] = static_cast<std::uint32_t>(i + 1);
}

synapses pair_sums::take() {
    std::vector<std::uint32_t>().swap(slots_);
    return std::move(pairs_);
}

}  // namespace cortexpr::circuit
