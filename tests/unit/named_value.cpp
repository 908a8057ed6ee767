// Enumerations by their names.

#include <cortexpr/error.hpp>
#include <cortexpr/named_value.hpp>

#include "catch.hpp"
#include "temp_folder.hpp"

namespace named_value_test {

using namespace cortexpr;

namespace {

enum class colour : std::uint8_t { red, dark_red, none };
constexpr std::array<named<colour>, 2> names_of(colour) {
    return {{{colour::dark_red, "dark-red"}, {colour::red, "red"}}};
}

}  // namespace

TEST_CASE("a value and its name lead to each other; others are refused with all names", "[named_value]") {
    for (const auto& one : names_of(colour{})) {
        CHECK(name_of(one.value) == one.name);
        CHECK(value_named<colour>(one.name) == one.value);
    }
    CHECK(name_of(colour::none).empty());
    for (const auto* name : {"", "RED", "dark"})
        CHECK(test::message_of<usage_error>([&] { value_named<colour>(name); }) ==
              "\"" + std::string(name) + "\" is none of dark-red, red");
    CHECK(test::message_of<usage_error>([] { value_named<colour>("dark", "colour"); }) ==
          "\"dark\" is no colour; use dark-red or red");
    STATIC_REQUIRE(NamedValue<colour>);
    STATIC_REQUIRE_FALSE(NamedValue<int>);
}

}  // namespace named_value_test
