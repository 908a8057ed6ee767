// A list of a length that is known late, while compiling and at run time.

#include <cortexpr/check/list_of.hpp>

#include "catch.hpp"

#include <type_traits>

using cortexpr::check::list_of;

namespace {

constexpr int sum_of_squares(std::size_t count) {
    list_of<int> squares(count, 7);
    for (std::size_t i = 0; i < squares.size(); ++i) squares[i] = static_cast<int>(i * i);
    int sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += squares[i];
    return sum;
}

constexpr bool is_filled_with(std::size_t count, bool value) {
    const list_of<bool> flags(count, value);
    bool is_filled = flags.size() == count;
    for (std::size_t i = 0; i < count; ++i) is_filled = is_filled && flags[i] == value;
    return is_filled;
}

}  // namespace

TEST_CASE("a list starts from one value and keeps what is put into it", "[check]") {
    STATIC_REQUIRE(sum_of_squares(0) == 0);
    STATIC_REQUIRE(sum_of_squares(1) == 0);
    STATIC_REQUIRE(sum_of_squares(5) == 30);
    STATIC_REQUIRE(is_filled_with(0, true));
    STATIC_REQUIRE(is_filled_with(9, true));
    STATIC_REQUIRE(is_filled_with(9, false));
    CHECK(sum_of_squares(100) == 328'350);
    CHECK(is_filled_with(1000, true));
}

TEST_CASE("a list has one owner", "[check]") {
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<list_of<int>>);
    STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<list_of<int>>);
}
