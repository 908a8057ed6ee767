#include <cortexpr/data/batches.hpp>

#include <numeric>
#include <utility>

namespace cortexpr::data {

std::vector<std::uint32_t> natural_order(std::uint32_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

std::vector<std::uint32_t> shuffled_order(std::uint32_t count, std::uint64_t seed, std::uint64_t epoch) {
    // The seed passes through the generator before the epoch joins, so that (1, 2) and (2, 1) differ.
    split_mix_64 generator(split_mix_64(seed)() ^ epoch);
    auto order = natural_order(count);
    for (std::uint32_t rest = count; rest > 1; --rest) std::swap(order[rest - 1], order[generator.below(rest)]);
    return order;
}

}  // namespace cortexpr::data
