// The nearest of several words is found and said.

#include "circuit/nearest.hpp"

#include "catch.hpp"

namespace circuit_nearest_test {

using cortexpr::circuit::nearest_among;

TEST_CASE("the nearest of several names is said, the first of those alike", "[nearest]") {
    CHECK(nearest_among("Mi2", {"Tm3", "Mi1", "Mi15"}) == "; the nearest is 'Mi1'");
    CHECK(nearest_among("Mi5", {"Mi1", "Mi9"}) == "; the nearest is 'Mi1'");
    CHECK(nearest_among("anything", {"Tm3"}) == "; the nearest is 'Tm3'");
    CHECK(nearest_among("Mi1", {}).empty());
    // A name of any length takes no longer than its first hundred letters do.
    CHECK(nearest_among(std::string(1'000'000, 'x'), {"y", std::string(100, 'x')}) ==
          "; the nearest is '" + std::string(80, 'x') + "...'");
}

}  // namespace circuit_nearest_test
