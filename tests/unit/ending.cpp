// A file's ending, whatever its case.

#include "ending.hpp"

#include <catch.hpp>

namespace ending_test {

TEST_CASE("an ending is in small letters", "[ending]") {
    CHECK(cortexpr::ending_of("runs/run.json") == ".json");
    CHECK(cortexpr::ending_of("RUN.Json") == ".json");
    CHECK(cortexpr::ending_of("a.TAR.GZ") == ".gz");
    CHECK(cortexpr::ending_of("folder.d/RUN").empty());
}

}  // namespace ending_test
