// Numbers about circuits.

#include "circuits.hpp"

#include <cortexpr/circuit/statistics.hpp>

namespace statistics_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

const graph example{.neurons = {.types = {0, 0, 1},
                                .type_names = {"a", "b", "c"},
                                .ids = {},
                                .classes = {excitatory, hybrid, inhibitory}},
                    .synapses = {.presynaptic = {0, 1, 2, 0}, .postsynaptic = {2, 2, 0, 1}, .weights = {2, 3, 0.5, 1}}};

}  // namespace

TEST_CASE("synapses between types, rows postsynaptic", "[circuit]") {
    const auto matrix = circuit::types_of(example);
    CHECK(matrix.synapses == std::vector<std::int64_t>{1, 1, 0, 2, 0, 0, 0, 0, 0});
    CHECK(matrix.weights == doubles{1, 0.5, 0, 5, 0, 0, 0, 0, 0});
}

TEST_CASE("degrees and their spread", "[circuit]") {
    CHECK(circuit::in_degrees(example) == std::vector<std::int64_t>{1, 1, 2});
    CHECK(circuit::out_degrees(example) == std::vector<std::int64_t>{2, 1, 1});
    std::vector<std::int64_t> many(1000);
    for (std::size_t i = 0; i < many.size(); ++i) many[many.size() - 1 - i] = static_cast<std::int64_t>(i);
    const auto spread = circuit::spread_of(many);
    CHECK(spread.least == 0);
    CHECK(spread.median == 499);
    CHECK(spread.percentile_99 == 989);
    CHECK(spread.most == 999);
    CHECK(spread.mean == 499.5);
    CHECK(circuit::spread_of({}).most == 0);
}

TEST_CASE("a row for each type, and a few lines about the whole", "[circuit]") {
    const auto rows = circuit::type_rows(example);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0] == strings{"a", "mixed", "2", "2", "3", "1.0"});
    CHECK(rows[1] == strings{"b", "inhibitory", "1", "2", "1", "2.0"});
    CHECK(rows[2] == strings{"c", "", "0", "0", "0", "0.0"});
    CHECK(circuit::type_row_titles().size() == 6);
    CHECK(circuit::text_of(example) ==
          "3 neurons of 3 types, 4 synapses (44.4 % of all pairs)\n"
          "  1 excitatory, 1 inhibitory, 1 hybrid\n"
          "  in-degree  1 to 2, mean 1.3, median 1, 99 % at most 1\n"
          "  out-degree 1 to 2, mean 1.3, median 1, 99 % at most 1\n"
          "  weights    0.5 to 3, mean 1.62\n");
    CHECK(contains(circuit::text_of(graph{}), "0 neurons of 0 types, 0 synapses"));
}

}  // namespace statistics_test
