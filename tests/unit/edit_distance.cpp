// The distance between words is a metric.

#include "edit_distance.hpp"

#include <catch.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace edit_distance_test {

using cortexpr::edit_distance;

TEST_CASE("the distance of two words is the number of letters to change, insert and remove", "[edit_distance]") {
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("Mi1", "Mi1") == 0);
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("ab", "ba") == 2);  // no exchange of neighbours
    CHECK(edit_distance("abc", "xabc") == 1);
}

TEST_CASE("the distance of words is a metric", "[edit_distance]") {
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

TEST_CASE("capitals count least", "[edit_distance]") {
    CHECK(cortexpr::unlikeness("v1.i", "V1.I") < cortexpr::unlikeness("v1.i", "V1.E"));
    CHECK(cortexpr::unlikeness("mi1", "Mi1") < cortexpr::unlikeness("mi1", "mi2"));
    CHECK(cortexpr::unlikeness("E", "E") == 0);
    CHECK(cortexpr::unlikeness("e", "E") > 0);
}

TEST_CASE("the nearest of some names is the first of those alike", "[edit_distance]") {
    const std::vector<std::string> names{"Tm3", "Mi1", "Mi9"}, none;
    CHECK(*cortexpr::nearest("Mi5", names) == "Mi1");
    CHECK(*cortexpr::nearest("TM3", names) == "Tm3");
    CHECK(cortexpr::nearest("Mi5", none) == none.end());
}

TEST_CASE("letters behind the hundredth don't count", "[edit_distance]") {
    const std::string long_name(100, 'a');
    CHECK(edit_distance(long_name + "b", long_name + "cde") == 0);
    CHECK(edit_distance(std::string(1'000'000, 'a'), "b") == 100);
}

}  // namespace edit_distance_test
