#include <cortexpr/circuit/controls.hpp>

#include "random.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace cortexpr::circuit {

namespace {

/// Which pairs are connected: open addressing, half full at most.
class pair_set {
  public:
    explicit pair_set(std::size_t most) : keys_(std::bit_ceil(2 * most + 2), none) {}

    bool contains(std::int32_t pre, std::int32_t post) const { return keys_[slot_of(key(pre, post))] != none; }
    /// False where it was there.
    bool insert(std::int32_t pre, std::int32_t post) {
        auto& slot = keys_[slot_of(key(pre, post))];
        const bool is_new = slot == none;
        slot = key(pre, post);
        return is_new;
    }
    void erase(std::int32_t pre, std::int32_t post) {
        const std::size_t mask = keys_.size() - 1;
        std::size_t hole = slot_of(key(pre, post));
        // Keys behind the hole that were pushed past it move up.
        for (std::size_t next = (hole + 1) & mask; keys_[next] != none; next = (next + 1) & mask) {
            const std::size_t home = mixed_bits(keys_[next]) & mask;
            if (((next - home) & mask) < ((next - hole) & mask)) continue;
            keys_[hole] = keys_[next];
            hole = next;
        }
        keys_[hole] = none;
    }

  private:
    static constexpr std::uint64_t none = ~std::uint64_t{0};  // neurons are never negative

    static std::uint64_t key(std::int32_t pre, std::int32_t post) {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(pre)) << 32U | static_cast<std::uint32_t>(post);
    }
    std::size_t slot_of(std::uint64_t key) const {
        const std::size_t mask = keys_.size() - 1;
        std::size_t slot = mixed_bits(key) & mask;
        while (keys_[slot] != none && keys_[slot] != key) slot = (slot + 1) & mask;
        return slot;
    }

    std::vector<std::uint64_t> keys_;
};

/// Synapses that may swap targets with one another, in one run for each group.
struct swap_groups {
    std::vector<std::uint32_t> members;  // synapses, group by group
    std::vector<std::size_t> first, of;  // of each group, and the end; group of each member

    swap_groups(const graph& circuit, bool by_type) {
        const auto& neurons = circuit.neurons;
        const auto& synapses = circuit.synapses;
        const auto group_of = [&](std::size_t i) {
            return by_type ? static_cast<std::size_t>(neurons.types[static_cast<std::size_t>(synapses.postsynaptic[i])])
                           : 0;
        };
        first.assign((by_type ? neurons.type_names.size() : 1) + 1, 0);
        const auto is_free = [&](std::size_t i) { return synapses.presynaptic[i] != synapses.postsynaptic[i]; };
        for (std::size_t i = 0; i < synapses.size(); ++i)
            if (is_free(i)) ++first[group_of(i) + 1];
        std::partial_sum(first.begin(), first.end(), first.begin());
        members.resize(first.back());
        of.resize(by_type ? members.size() : 0);
        auto next = first;
        for (std::size_t i = 0; i < synapses.size(); ++i) {
            if (!is_free(i)) continue;
            const auto group = group_of(i), index = next[group]++;
            members[index] = static_cast<std::uint32_t>(i);
            if (by_type) of[index] = group;
        }
    }
    std::size_t group(std::size_t index) const { return of.empty() ? 0 : of[index]; }
};

}  // namespace

graph rewired(const graph& circuit, std::uint64_t seed, const rewiring& how) {
    if (!std::isfinite(how.swaps_per_synapse) || how.swaps_per_synapse < 0 || how.swaps_per_synapse > 1e6)
        throw usage_error(
            fmt::format("{} swaps for each synapse make no sense; give 0 to 1000000", how.swaps_per_synapse));
    graph result = circuit;
    auto& [presynaptic, postsynaptic, weights] = result.synapses;
    pair_set pairs(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (!pairs.insert(presynaptic[i], postsynaptic[i]))
            throw usage_error(fmt::format("neurons {} and {} are connected twice; sum such synapses before rewiring",
                                          presynaptic[i], postsynaptic[i]));
    const swap_groups groups(circuit, how.keep_types);
    const auto count = groups.members.size();
    if (count < 2) return result;
    random_stream draw(seed);
    const auto attempts = static_cast<std::uint64_t>(how.swaps_per_synapse * static_cast<double>(count) / 2);
    for (std::uint64_t attempt = 0; attempt < attempts; ++attempt) {
        const auto index = draw.below(count);
        const auto group = groups.group(index);
        const auto start = groups.first[group], size = groups.first[group + 1] - start;
        const auto one = groups.members[index], other = groups.members[start + draw.below(size)];
        auto &one_post = postsynaptic[one], &other_post = postsynaptic[other];
        const auto one_pre = presynaptic[one], other_pre = presynaptic[other];
        const bool is_sound = one_pre != other_post && other_pre != one_post && !pairs.contains(one_pre, other_post) &&
                              !pairs.contains(other_pre, one_post);
        if (!is_sound) continue;
        pairs.erase(one_pre, one_post);
        pairs.erase(other_pre, other_post);
        std::swap(one_post, other_post);
        pairs.insert(one_pre, one_post);
        pairs.insert(other_pre, other_post);
    }
    return result;
}

graph shuffled_types(const graph& circuit, std::uint64_t seed) {
    graph result = circuit;
    auto& neurons = result.neurons;
    std::vector<std::size_t> order(neurons.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    random_stream draw(seed);
    shuffle(std::span(order), draw);
    for (std::size_t i = 0; i < order.size(); ++i) {
        neurons.types[i] = circuit.neurons.types[order[i]];
        if (!neurons.classes.empty()) neurons.classes[i] = circuit.neurons.classes[order[i]];
    }
    for (auto& weight : result.synapses.weights) weight = std::abs(weight);
    return result;
}

}  // namespace cortexpr::circuit
