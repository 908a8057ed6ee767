// Pictures of rates by step: what is drawn where, and what is refused.

#include <cortexpr/view/rate_traces.hpp>

#include "catch.hpp"
#include "count_of.hpp"
#include "temp_folder.hpp"

#include <limits>
#include <regex>

namespace view_rate_traces_test {

using namespace cortexpr;
using Catch::Matchers::Contains;
using cortexpr::test::count_of;
using test::message_of;

namespace {

view::rate_trace trace(std::vector<double> mean) {
    return {.label = "E", .mean = std::move(mean), .low = {}, .high = {}};
}

/// Heights of the corners of the n-th line in the picture, from the top.
std::vector<double> heights(const std::string& svg, int which = 0) {
    std::vector<double> all;
    const std::regex line(R"re(class="mean" d="([^"]*)")re"), corner(R"re([ML][-0-9.]+ ([-0-9.]+))re");
    auto found = std::sregex_iterator(svg.begin(), svg.end(), line);
    std::advance(found, which);
    const std::string path = (*found)[1];
    for (auto one = std::sregex_iterator(path.begin(), path.end(), corner); one != std::sregex_iterator(); ++one)
        all.push_back(std::stod((*one)[1]));
    return all;
}

}  // namespace

TEST_CASE("rates are drawn in a panel for each type, with a band", "[picture]") {
    const std::vector<view::rate_trace> traces{
        {.label = "L1", .mean = {0, 1, 0.5}, .low = {0, 0.5, 0.2}, .high = {0, 2, 1}},
        {.label = "still", .mean = {0, 0, 0}, .low = {}, .high = {}}};
    const auto svg = view::rate_traces_svg(traces, "rates");
    CHECK(count_of(svg, "class=\"mean\"") == 2);
    CHECK(count_of(svg, "class=\"band\"") == 1);
    CHECK_THAT(svg, Contains(">L1<") && Contains(">still<") && Contains("middle 80 %") && !Contains("nan"));
    const auto refused = [](std::vector<view::rate_trace> wrong) {
        return message_of<usage_error>([&] { view::rate_traces_svg(wrong); });
    };
    CHECK_THAT(refused({}), Contains("at least one trace"));
    CHECK_THAT(refused({{.label = "E", .mean = {}, .low = {}, .high = {}}}), Contains("E have no steps"));
    CHECK_THAT(refused({{.label = "E", .mean = {1, 2}, .low = {0}, .high = {3, 3}}}), Contains("band of 1 and 2"));
    CHECK_THAT(refused({{.label = "E", .mean = {std::numeric_limits<double>::infinity()}, .low = {}, .high = {}}}),
               Contains("infinite or NaN"));
}

TEST_CASE("each panel has a scale of its own, from 0 or below to the greatest value", "[picture]") {
    const auto svg = view::rate_traces_svg(std::vector{trace({0, 1, 0.5}), trace({0, 1000, 500}), trace({-1, 1, 0})});
    const auto small = heights(svg, 0), large = heights(svg, 1), signed_ones = heights(svg, 2);
    REQUIRE(small.size() == 3);
    CHECK(small == large);
    CHECK(small[0] > small[2]);  // y grows downwards
    CHECK(small[2] == Approx((small[0] + small[1]) / 2).margin(0.01));
    CHECK(signed_ones[2] == Approx((signed_ones[0] + signed_ones[1]) / 2).margin(0.01));
    // A rate above 0 throughout is still drawn over 0.
    const auto above = heights(view::rate_traces_svg(std::vector{trace({1, 2})}));
    const auto from_zero = heights(view::rate_traces_svg(std::vector{trace({0, 2})}));
    CHECK(above[0] == Approx((from_zero[0] + from_zero[1]) / 2).margin(0.01));
}

TEST_CASE("one step, and rates of 0, are drawn in finite places", "[picture]") {
    for (const auto& one : {trace({3}), trace({0}), trace({0, 0}), trace({-2})}) {
        const auto svg = view::rate_traces_svg(std::vector{one});
        CHECK(heights(svg).size() == one.mean.size());
        CHECK_THAT(svg, !Contains("nan") && !Contains("inf") && Contains("mean rate by step"));
    }
}

}  // namespace view_rate_traces_test
