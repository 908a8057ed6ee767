// Libraries that are loaded when they are needed.

#include "loaded_library.hpp"

#include "catch.hpp"

namespace loaded_library_test {

TEST_CASE("a library that is there gives its functions, one that isn't gives nothing", "[library]") {
    auto* library = cortexpr::loaded_library("libm.so.6");
    REQUIRE(library != nullptr);
    const auto size = cortexpr::function_of<double (*)(double)>(library, "fabs");
    REQUIRE(size != nullptr);
    CHECK(size(-2) == 2);
    CHECK(cortexpr::symbol_of(library, "no_function_of_mathematics") == nullptr);
    CHECK(cortexpr::loaded_library("libcortexpr_of_nobody.so") == nullptr);
}

}  // namespace loaded_library_test
