// A program that doesn't find Arrow's library.

#include "circuits.hpp"

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("without Arrow's library its files are refused with a line that converts them", "[circuit]") {
    const auto feather = written("x", {}, "s.feather").refusal({}, "s.feather");
    CHECK(contains(feather, "run cmake/setup --arrow"));
    CHECK(contains(feather, "pandas.read_feather('"));
    CHECK(contains(written("x", {}, "s.parquet").refusal({}, "s.parquet"), "s.csv.gz', index=False)\""));
    written missing("x", {}, "s.parquet");
    missing.how.synapses = missing / "none.parquet";
    CHECK(contains(missing.refusal({}, "none.parquet"), "No such file"));
}
