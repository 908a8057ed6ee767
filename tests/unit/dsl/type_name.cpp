// Names of structs as users wrote them.

#include <cortexpr/dsl/type_name.hpp>

#include "catch.hpp"

using cortexpr::type_name;

struct OfNobody {};
namespace outer {
struct V1 {};
namespace inner {
struct V1 {};
template <class T>
struct Low {};
template <int Channels>
struct Sized {};
}  // namespace inner
}  // namespace outer

namespace {
struct Hidden {};
}  // namespace

TEST_CASE("a name has no namespaces before it", "[dsl]") {
    STATIC_REQUIRE(type_name<OfNobody> == "OfNobody");
    STATIC_REQUIRE(type_name<outer::V1> == "V1");
    STATIC_REQUIRE(type_name<outer::inner::V1> == "V1");
    STATIC_REQUIRE(type_name<Hidden> == "Hidden");
    struct Local {};
    STATIC_REQUIRE(type_name<Local> == "Local");
}

template <class T>
struct Made {
    struct V1 {};
};

TEST_CASE("what stands inside a template's arguments ends no name", "[dsl]") {
    STATIC_REQUIRE(type_name<Made<int[3]>::V1> == "V1");
    STATIC_REQUIRE(type_name<outer::inner::Low<int[3]>>.ends_with(">"));
    STATIC_REQUIRE(type_name<outer::inner::Low<int[3]>> != type_name<outer::inner::Low<int[4]>>);
}

TEST_CASE("the arguments of a template stay with its name", "[dsl]") {
    STATIC_REQUIRE(type_name<outer::inner::Sized<3>> == "Sized<3>");
    STATIC_REQUIRE(type_name<outer::inner::Low<outer::V1>>.starts_with("Low<"));
    STATIC_REQUIRE(type_name<outer::inner::Low<outer::V1>>.ends_with("V1>"));
    STATIC_REQUIRE(type_name<outer::inner::Low<outer::V1>> != type_name<outer::inner::Low<OfNobody>>);
}

TEST_CASE("brackets that close together have no gap between them, whatever the compiler", "[dsl]") {
    using twice = outer::inner::Low<outer::inner::Sized<3>>;
    STATIC_REQUIRE(type_name<twice>.ends_with("Sized<3>>"));
    STATIC_REQUIRE(type_name<outer::inner::Low<twice>>.ends_with("Sized<3>>>"));
    STATIC_REQUIRE(type_name<outer::inner::Low<twice>>.find(' ') == std::string_view::npos);
}
