// What was read, in lines: only those that have something to say, and in the singular for one.

#include <cortexpr/circuit/files.hpp>

#include "catch.hpp"

namespace circuit_report_test {

using namespace cortexpr;
using circuit::report;
using circuit::text_of;

TEST_CASE("a report of a sound file is one line", "[circuit]") {
    CHECK(text_of({}) == "0 neurons, 0 connected pairs, 0 types, from 0 rows\n");
    CHECK(text_of({.neurons = 1, .synapses = 1, .types = 1, .rows = 1}) ==
          "1 neuron, 1 connected pair, 1 type, from 1 row\n");
    CHECK(text_of({.neurons = 302, .synapses = 3709, .types = 3, .rows = 4000}) ==
          "302 neurons, 3709 connected pairs, 3 types, from 4000 rows\n");
}

TEST_CASE("a report says each thing that was left out or changed, with its number", "[circuit]") {
    const report found{.repeats = 2,
                       .rows_of_other_kind = 1,
                       .rows_of_left_out_cells = 3,
                       .pairs_below_minimum = 4,
                       .unannotated = 1,
                       .undeclared = 5,
                       .unconnected = 6,
                       .unknown_transmitters = 9,
                       .mixed_transmitters = 3,
                       .tied_transmitters = 1,
                       .mixed_signs = 7,
                       .is_signed = true,
                       .unknown_names = {{"", 5}, {"dopamine", 4}},
                       .unused_signs = {"GABAA"}};
    CHECK(text_of(found) ==
          "0 neurons, 0 connected pairs, 0 types, from 0 rows\n"
          "  2 rows repeat a pair: their weights are summed\n"
          "  1 row is of another kind: left out\n"
          "  3 rows are of synapses or projections of neurons that are left out: left out, too\n"
          "  4 pairs are below the minimum: left out\n"
          "  1 neuron has no type in the cells file\n"
          "  5 neurons are of types that aren't declared: left out\n"
          "  6 neurons have no synapses\n"
          "  9 neurons have no transmitter that the table of signs names: 5 without any, 4 'dopamine'\n"
          "  no neuron has what the table of signs names 'GABAA'\n"
          "  3 neurons' synapses name transmitters of several classes: the greater weight counts\n"
          "  1 neuron's synapses weigh two such classes alike: their transmitters give it none\n"
          "  7 neurons have weights of both signs: hybrid\n"
          "  negative weights stood for inhibition; the graph has their strengths\n");
}

}  // namespace circuit_report_test
