#include "io/json_integers.hpp"

#include "catch.hpp"

namespace io_json_integers_test {

using cortexpr::io::require_integers;

TEST_CASE("integers are required where they are expected, and nowhere else") {
    const nlohmann::json like{{"a", 1}, {"b", 0.5}, {"c", {{"d", 2}}}, {"e", {0}}};
    CHECK_NOTHROW(require_integers({{"a", -7}, {"b", 1e300}, {"c", {{"d", 1U}, {"more", 0.5}}}, {"e", {1, 2}}}, like));
    CHECK_NOTHROW(require_integers({{"a", "text"}, {"c", 3}, {"e", nullptr}}, like));  // for others to refuse
    CHECK_THROWS_AS(require_integers({{"a", 1.0}}, like), nlohmann::json::type_error);
    CHECK_THROWS_AS(require_integers({{"c", {{"d", 0.5}}}}, like), nlohmann::json::type_error);
    CHECK_THROWS_AS(require_integers({{"e", {1, 1e30}}}, like), nlohmann::json::type_error);
}

}  // namespace io_json_integers_test
