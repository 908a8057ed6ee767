// An empty connectivity matrix: who may send, who may receive, and a cell for each pair.

#include "describe/matrix.hpp"

#include "catch.hpp"

namespace describe_matrix_test {

using namespace cortexpr::describe;

TEST_CASE("a matrix has a row for each source and a column for each target and the output", "[matrix]") {
    const auto plain = empty_matrix({"E", "I"}, false);
    CHECK(plain.sources == strings{"stimulus", "E", "I"});
    CHECK(plain.targets == strings{"E", "I", "output"});
    CHECK(plain.cells == std::vector<strings>(3, strings(3, "0")));
    const auto fed = empty_matrix({"E"}, true);
    CHECK(fed.sources == strings{"stimulus", "top_down", "E"});
    CHECK(fed.targets == strings{"E", "output"});
    CHECK(fed.cells == std::vector<strings>(3, strings(2, "0")));
    CHECK(empty_matrix({}, false).cells == std::vector<strings>(1, strings(1, "0")));
}

}  // namespace describe_matrix_test
