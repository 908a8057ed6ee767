// Parts of descriptions as C++ spells them.

#include "describe/spelled.hpp"

#include "catch.hpp"

#include <nlohmann/json.hpp>

namespace describe_spelled_test {

using namespace cortexpr;
using json = nlohmann::ordered_json;

TEST_CASE("spelled: names that C++ takes stay, others become ones that it takes, and distinct ones stay distinct") {
    CHECK(describe::identifier("Mi1") == "Mi1");
    CHECK(describe::identifier("class") == "class_");
    CHECK(describe::identifier("5HT") == "_5HT");
    CHECK(describe::identifier("") == "_");
    CHECK(describe::identifier("L1-a") == "L1_u002D_a");
    CHECK(describe::identifier("L1-a") != describe::identifier("L1_a"));
    CHECK(describe::identifier_of(json("E")) == "E");
}

TEST_CASE("spelled: numbers are floating-point literals, words enumerators") {
    CHECK(describe::spelled_number(2) == "2.0");
    CHECK(describe::spelled_number(-0.25) == "-0.25");
    CHECK(describe::spelled_number(1e30) == "1e+30");
    CHECK(describe::spelled("fill", "zeros") == "fill::zeros");
    CHECK(describe::spelled_function(json::array()) == "activation::none");
    CHECK(describe::spelled_function({"relu"}) == "activation::relu");
    CHECK(describe::spelled_function({"softplus", "tanh"}) == "chain(activation::softplus, activation::tanh)");
    CHECK(describe::spelled_function({{"custom", "Squared"}}) == "custom<Squared>");
    CHECK(describe::spelled_tau(1.5) == "1.5");
    CHECK(describe::spelled_tau({{"uniform", {1, 4.5}}}) == "uniform_draw{1.0, 4.5}");
    CHECK(describe::spelled_tau({{"normal", {3, 0.5}}}) == "normal_draw{3.0, 0.5}");
    CHECK_THROWS_AS(describe::spelled("fill", 3), json::exception);
}

TEST_CASE("spelled: arguments behind the last one that isn't the default are left out") {
    CHECK(describe::with_arguments("tau", {"a", "1.0"}, {"1.0"}) == "tau<a>");
    CHECK(describe::with_arguments("tau", {"a", "2.0"}, {"1.0"}) == "tau<a, 2.0>");
    CHECK(describe::with_arguments("input", {"3", "x", "b"}, {"x", "b"}) == "input<3>");
    CHECK(describe::with_arguments("input", {"3", "y", "b"}, {"x", "b"}) == "input<3, y>");
    CHECK(describe::with_arguments("input", {"3", "x", "c"}, {"x", "b"}) == "input<3, x, c>");
}

}  // namespace describe_spelled_test
