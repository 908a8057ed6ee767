// Code points of UTF-8 against the table of its well-formed bytes.

#include "utf_8.hpp"

#include <string>

#include "catch.hpp"

namespace utf_8_test {

using namespace cortexpr;
using namespace std::string_literals;

TEST_CASE("code points are taken whole, and none from other bytes", "[utf_8]") {
    STATIC_REQUIRE(bytes_of_point("a\xC3\xA9") == 1);
    CHECK(bytes_of_point("\0"s) == 1);
    CHECK(bytes_of_point("\xC2\x80") == 2);
    CHECK(bytes_of_point("\xE0\xA0\x80z") == 3);
    CHECK(bytes_of_point("\xED\x9F\xBF") == 3);
    CHECK(bytes_of_point("\xF0\x90\x80\x80") == 4);
    CHECK(bytes_of_point("\xF4\x8F\xBF\xBF") == 4);
    // Bytes that continue or begin none, overlong ones, surrogates, beyond the last, cut short, broken off.
    for (const auto* wrong : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80",
                              "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "\xC3z", "\xF0\x9F\x98z"})
        CHECK(bytes_of_point(wrong) == 0);
}

TEST_CASE("code points have their numbers", "[utf_8]") {
    STATIC_REQUIRE(point_of("a") == U'a');
    CHECK(point_of("\xC3\xA9") == 0xE9);
    CHECK(point_of("\xE2\x82\xAC") == 0x20AC);
    CHECK(point_of("\xF0\x9F\x98\x80") == 0x1F600);
}

TEST_CASE("a text is cut between code points", "[utf_8]") {
    const auto text = "a\xE2\x82\xAC"s;
    CHECK(first_bytes(text, 4) == text);
    for (const auto most : {1U, 2U, 3U}) CHECK(first_bytes(text, most) == "a");
    CHECK(first_bytes(text, 0).empty());
    CHECK(first_bytes("\x80\x80", 1).empty());
}

}  // namespace utf_8_test
