// The distance between words is a metric, and the nearest word is found by it.

#include "circuit/nearest.hpp"

#include "catch.hpp"

#include <array>

namespace circuit_nearest_test {

using cortexpr::circuit::edit_distance;
using cortexpr::circuit::nearest_among;

TEST_CASE("the distance of two words is the number of letters to change, insert and remove", "[nearest]") {
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("Mi1", "Mi1") == 0);
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("ab", "ba") == 2);  // no exchange of neighbours
    CHECK(edit_distance("abc", "xabc") == 1);
}

TEST_CASE("the distance of words is a metric", "[nearest]") {
    constexpr std::array<std::string_view, 9> words{"", "a", "b", "ab", "ba", "abba", "Mi1", "Mi15", "Tm3"};
    for (const auto one : words)
        for (const auto other : words) {
            const auto distance = edit_distance(one, other);
            CHECK(distance == edit_distance(other, one));
            CHECK((distance == 0) == (one == other));
            CHECK(distance <= std::max(one.size(), other.size()));
            for (const auto third : words) CHECK(distance <= edit_distance(one, third) + edit_distance(third, other));
        }
}

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
