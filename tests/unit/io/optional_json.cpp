// A value that may be missing: null in JSON, and back.

#include "io/optional_json.hpp"

#include "catch.hpp"

#include <string>
#include <vector>

namespace io_optional_json_test {

using nlohmann::json;

TEST_CASE("null is no value, and a value stays what it is", "[json]") {
    using number = std::optional<int>;
    CHECK(json(number()) == json(nullptr));
    CHECK(json(number(0)) == json(0));  // 0 and an empty text are values
    CHECK(json(std::optional<std::string>("")) == json(""));
    for (const auto& value : {number(), number(0), number(-7)}) CHECK(json(value).get<number>() == value);
    number kept = 3;
    json(nullptr).get_to(kept);
    CHECK_FALSE(kept);
    const std::vector<number> several{1, std::nullopt, 3};
    CHECK(json(several).dump() == "[1,null,3]");
    CHECK(json::parse("[1,null,3]").get<std::vector<number>>() == several);
    CHECK_THROWS_AS(json("three").get<number>(), json::type_error);
}

}  // namespace io_optional_json_test
