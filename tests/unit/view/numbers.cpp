// Numbers as people read them.

#include "view/numbers.hpp"

#include "catch.hpp"

#include <limits>

namespace view_numbers_test {

using cortexpr::view::grouped;
using cortexpr::view::percent;

TEST_CASE("digits stand in groups of three", "[numbers]") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(25'290) == "25,290");
    CHECK(grouped(1'000'007) == "1,000,007");
    CHECK(grouped(-1) == "-1");
    CHECK(grouped(-12'345) == "-12,345");
    CHECK(grouped(std::numeric_limits<std::int64_t>::max()) == "9,223,372,036,854,775,807");
}

TEST_CASE("fractions are percentages", "[numbers]") {
    CHECK(percent(0.841) == "84.1 %");
    CHECK(percent(0) == "0.0 %");
    CHECK(percent(1, 0) == "100 %");
    CHECK(percent(-0.0125, 2) == "-1.25 %");
    CHECK(percent(0.99999) == "100.0 %");
}

}  // namespace view_numbers_test
