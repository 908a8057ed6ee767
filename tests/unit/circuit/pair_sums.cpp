// Repeated pairs of neurons are summed, in the order in which they come first.

#include "circuit/pair_sums.hpp"

#include "circuit/random.hpp"

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include <catch.hpp>

namespace circuit_pair_sums_test {

using namespace cortexpr;
using namespace cortexpr::circuit;

TEST_CASE("pairs keep their order and sum their repeats, however far the input is", "[pair_sums]") {
    for (const double share : {0.0, 0.01, 0.5, 1.0}) {
        pair_sums sums([&] { return share; });
        std::map<std::pair<std::int32_t, std::int32_t>, double> expected;
        std::vector<std::pair<std::int32_t, std::int32_t>> order;
        // More than the first table holds, so that it grows.
        for (std::uint64_t i = 0; i < 20'000; ++i) {
            const auto drawn = mixed_bits(i);
            const auto pre = static_cast<std::int32_t>(drawn % 100), post = static_cast<std::int32_t>(drawn / 128 % 90);
            const auto weight = static_cast<double>(i % 7) - 3.0;
            const bool is_new = expected.emplace(std::pair(pre, post), 0.0).second;
            if (is_new) order.emplace_back(pre, post);
            expected[{pre, post}] += weight;
            if (sums.add(pre, post, weight) != is_new) FAIL("pair " << pre << ", " << post);
        }
        CHECK(sums.size() == order.size());
        const auto pairs = sums.take();
        REQUIRE(pairs.size() == order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (pairs.presynaptic[i] != order[i].first || pairs.postsynaptic[i] != order[i].second ||
                pairs.weights[i] != expected[order[i]])
                FAIL("pair number " << i);
        }
    }
}

}  // namespace circuit_pair_sums_test
