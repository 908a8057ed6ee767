// The columns of a hexagonal eye: how many there are, in which order, and where their lenses look.

#include <cortexpr/hexagonal_eye.hpp>

#include "catch.hpp"

#include <cmath>

namespace hexagonal_eye_test {

using namespace cortexpr;

TEST_CASE("an eye is a hexagon of columns, in their order", "[eye]") {
    for (const std::int32_t radius : {0, 1, 2, 15}) {
        const auto all = hexagonal_columns(radius);
        CHECK(static_cast<std::int32_t>(all.size()) == 3 * radius * (radius + 1) + 1);
        CHECK(std::adjacent_find(all.begin(), all.end(), std::greater_equal<>()) == all.end());
        for (const auto& one : all) {
            CHECK(std::max({std::abs(one.u), std::abs(one.v), std::abs(one.u + one.v)}) <= radius);
            CHECK(std::binary_search(all.begin(), all.end(), hexagonal_column{-one.u, -one.v}));
        }
    }
    CHECK(hexagonal_columns(-1).empty());
    CHECK(hexagonal_columns(1).front() == hexagonal_column{-1, 0});
}

TEST_CASE("each lens has six neighbours at a distance of 1; v leads right, u down", "[eye]") {
    const hexagonal_column centre;
    int neighbours = 0;
    for (const auto& one : hexagonal_columns(2)) {
        const double distance = std::hypot(one.x() - centre.x(), one.y() - centre.y());
        if (one != centre) CHECK(distance >= 1 - 1e-12);
        neighbours += std::abs(distance - 1) < 1e-12;
    }
    CHECK(neighbours == 6);
    CHECK(hexagonal_column{0, 1}.x() > 0);
    CHECK(hexagonal_column{1, 0}.x() == 0);
    CHECK(hexagonal_column{1, 0}.y() == -1);
}

}  // namespace hexagonal_eye_test
