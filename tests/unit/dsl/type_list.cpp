// Types of a pack by index. What compiles passes.

#include <cortexpr/dsl/type_list.hpp>

#include "catch.hpp"

using cortexpr::detail::Complete;
using cortexpr::detail::type_at;

namespace {

struct only_declared;
struct defined {};

template <std::size_t Index, class... Ts>
concept HasPlace = requires {
    typename type_at<Index, Ts...>;
};

}  // namespace

TEST_CASE("a type of a pack is found by its place, also among equal ones", "[dsl]") {
    STATIC_REQUIRE(std::is_same_v<type_at<0, int>, int>);
    STATIC_REQUIRE(std::is_same_v<type_at<0, int, char, double>, int>);
    STATIC_REQUIRE(std::is_same_v<type_at<2, int, char, double>, double>);
    STATIC_REQUIRE(std::is_same_v<type_at<1, int, int, char>, int>);
    // As it stands in the pack: with const, as a reference, of nothing, not yet defined.
    STATIC_REQUIRE(std::is_same_v<type_at<1, int, const int&, void>, const int&>);
    STATIC_REQUIRE(std::is_same_v<type_at<2, int, const int&, void>, void>);
    STATIC_REQUIRE(std::is_same_v<type_at<0, only_declared>, only_declared>);
}

TEST_CASE("the place of a type in a pack is the first one", "[dsl]") {
    using cortexpr::detail::index_among;
    STATIC_REQUIRE(index_among<int>() == -1);
    STATIC_REQUIRE(index_among<int, char, int, int>() == 1);
    STATIC_REQUIRE(index_among<const int, char, int>() == -1);
}

TEST_CASE("the first that is true is found, or how many there are", "[dsl]") {
    using cortexpr::detail::first_true;
    STATIC_REQUIRE(first_true({}) == 0);
    STATIC_REQUIRE(first_true({true, false}) == 0);
    STATIC_REQUIRE(first_true({false, true, true}) == 1);
    STATIC_REQUIRE(first_true({false, false}) == 2);
}

TEST_CASE("types are visited in their order", "[dsl]") {
    constexpr int sizes = [] {
        int digits = 0;
        cortexpr::detail::for_each_type<char, only_declared, defined>(
            [&]<class T>(cortexpr::detail::type_box<T>) { digits = 10 * digits + (Complete<T> ? 1 : 2); });
        return digits;
    }();
    STATIC_REQUIRE(sizes == 121);
}

TEST_CASE("a place outside of the pack has no type", "[dsl]") {
    STATIC_REQUIRE(HasPlace<1, int, char>);
    STATIC_REQUIRE_FALSE(HasPlace<2, int, char>);
    STATIC_REQUIRE_FALSE(HasPlace<0>);
}

TEST_CASE("outside of the pack stands the default, where one is given", "[dsl]") {
    using cortexpr::detail::type_at_or;
    STATIC_REQUIRE(std::is_same_v<type_at_or<1, defined, int, char>, char>);
    STATIC_REQUIRE(std::is_same_v<type_at_or<2, defined, int, char>, defined>);
    STATIC_REQUIRE(std::is_same_v<type_at_or<0, only_declared>, only_declared>);
}

TEST_CASE("a type is complete where its size is known", "[dsl]") {
    STATIC_REQUIRE(Complete<defined>);
    STATIC_REQUIRE(Complete<int>);
    STATIC_REQUIRE_FALSE(Complete<only_declared>);
}
