// A number is read from the whole of a text, or not at all.

#include "parsed.hpp"

#include <catch.hpp>

#include <cmath>
#include <cstdint>

namespace parsed_test {

using cortexpr::parsed;

TEST_CASE("the whole text is the number", "[parsed]") {
    CHECK(parsed<int>("-12") == -12);
    CHECK(parsed<std::uint64_t>("18446744073709551615") == ~std::uint64_t{0});
    CHECK(parsed<double>("2.5e-3") == 2.5e-3);
    CHECK(parsed<double>("0.1") == 0.1);
    CHECK(std::isinf(parsed<double>("-inf").value()));
    CHECK(std::isnan(parsed<double>("nan").value()));
}

TEST_CASE("another text is no number", "[parsed]") {
    for (const auto* text : {"", " 1", "1 ", "+1", "1x", "x", "0x10", "-"}) {
        CAPTURE(text);
        CHECK_FALSE(parsed<int>(text).has_value());
        CHECK_FALSE(parsed<double>(text).has_value());
    }
    CHECK_FALSE(parsed<int>("1.5").has_value());
    CHECK_FALSE(parsed<double>("1,5").has_value());  // as a German locale writes it
    CHECK_FALSE(parsed<std::uint64_t>("-1").has_value());
}

TEST_CASE("a number that the type can't hold is none", "[parsed]") {
    CHECK_FALSE(parsed<int>("2147483648").has_value());
    CHECK(parsed<int>("2147483647") == 2'147'483'647);
    CHECK_FALSE(parsed<double>("1e999").has_value());
}

}  // namespace parsed_test
