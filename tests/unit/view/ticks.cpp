// Ticks of axes, and their labels.

#include "view/ticks.hpp"

#include "catch.hpp"

#include <cortexpr/view/plot.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace view_ticks_test {

using namespace cortexpr;
using view::nice_ticks;
using view::tick_labels;
using strings = std::vector<std::string>;

TEST_CASE("ticks are round numbers around the range") {
    CHECK(nice_ticks(0.0, 10.0, 5) == std::vector<double>{0, 2, 4, 6, 8, 10});
    CHECK(nice_ticks(1.0, 2350.0, 5) == std::vector<double>{0, 500, 1000, 1500, 2000, 2500});
    CHECK(nice_ticks(10.0, 0.0, 5) == nice_ticks(0.0, 10.0, 5));
    CHECK_THROWS_AS(nice_ticks(0.0, INFINITY, 5), usage_error);
    for (const auto& [low, high] : std::vector<std::pair<double, double>>{{0.0, 0.0},
                                                                          {5.0, 5.0},
                                                                          {-1e-300, 1e-300},
                                                                          {1e300, -1e300},
                                                                          {-1.7e308, 1.7e308},
                                                                          {1.0, 1.0 + 1e-15},
                                                                          {0.07, 2.3}}) {
        INFO(low << " to " << high);
        const auto ticks = nice_ticks(low, high, 5);
        CHECK(ticks.size() >= 2);
        CHECK(ticks.size() <= 12);
        const double slack = 1e-6 * std::abs(high / 2 - low / 2) + 1e-320;
        CHECK(ticks.front() <= std::min(low, high) + slack);
        CHECK(ticks.back() >= std::max(low, high) - slack);
        CHECK(std::is_sorted(ticks.begin(), ticks.end()));
    }
}

TEST_CASE("labels have the decimals that tell ticks apart", "[ticks]") {
    CHECK(tick_labels({0, 2, 4}, false) == strings{"0", "2", "4"});
    CHECK(tick_labels({0, 0.5, 1}, false) == strings{"0.0", "0.5", "1.0"});
    CHECK(tick_labels({0, 0.25, 0.5}, false) == strings{"0.00", "0.25", "0.50"});
    CHECK(tick_labels({-1, 0, 1}, false) == strings{"-1", "0", "1"});
    CHECK(tick_labels({90, 92.5, 95}, true) == strings{"90.0 %", "92.5 %", "95.0 %"});
    CHECK(tick_labels({0, 5000, 10'000}, false) == strings{"0", "5k", "10k"});
    CHECK(tick_labels({0, 2500, 5000, 7500, 10'000}, false) == strings{"0", "2.5k", "5.0k", "7.5k", "10.0k"});
    CHECK(tick_labels({9999, 10'000}, false) == strings{"9999", "10000"});  // thousands wouldn't tell them apart
    CHECK(tick_labels({0, 1e7, 2e7}, false) == strings{"0", "1e+07", "2e+07"});
    CHECK(tick_labels({0, 5e-5, 1e-4}, false) == strings{"0", "5e-05", "0.0001"});
    CHECK(tick_labels({3}, false) == strings{"3"});
    CHECK(tick_labels({}, false).empty());
}

TEST_CASE("no two ticks of an axis have the same label", "[ticks]") {
    for (double size = 1e-12; size < 1e12; size *= 3.7)
        for (const double low : {0.0, -size, -size / 3}) {
            INFO(low << " to " << low + size);
            const auto labels = tick_labels(nice_ticks(low, low + size, 5), false);
            CHECK(std::set(labels.begin(), labels.end()).size() == labels.size());
        }
}

}  // namespace view_ticks_test
