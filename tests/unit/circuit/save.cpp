// Graphs that are written read back equal.

#include "circuits.hpp"

#include <cortexpr/circuit/generators.hpp>

namespace circuit_save_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

graph example() {
    return {.neurons = {.types = {1, 0, 1, 2},
                        .type_names = {"A, \"b\"", "B\n", "c"},
                        .ids = {"720575940600000001", "x,y", " \"7\" ", "007"},
                        .classes = {excitatory, inhibitory, excitatory, hybrid}},
            .synapses = {.presynaptic = {3, 1, 0, 3}, .postsynaptic = {0, 0, 3, 2}, .weights = {-0.1, 1e-300, 3, 2}}};
}

void check_round_trips(const graph& all) {
    const temp_folder folder;
    for (const std::string ending : {".csv", ".tsv"}) {
        circuit::save(all, folder / ("s" + ending), folder / ("c" + ending));
        CHECK(are_equal(circuit::load({.synapses = folder / ("s" + ending), .cells = folder / ("c" + ending)}), all));
    }
    circuit::save(all, folder / "s.safetensors");
    CHECK(are_equal(circuit::load({.synapses = folder / "s.safetensors"}), all));
}

}  // namespace

TEST_CASE("ids, labels, classes and weights come back to the last bit", "[circuit]") {
    check_round_trips(example());
    auto plain = example();
    plain.neurons.ids.clear();
    check_round_trips(plain);
    plain.neurons.classes.clear();
    for (auto& weight : plain.synapses.weights) weight = std::abs(weight);
    check_round_trips(plain);
    check_round_trips(
        circuit::synthetic_brain({.neurons = 600, .synapses = 9'000, .columnar_types = 8, .wide_types = 2}));
}

TEST_CASE("safetensors keep the order of types, and types without neurons", "[circuit]") {
    auto all = example();
    all.neurons.type_names = {"z", "y", "x", "w"};
    const temp_folder folder;
    circuit::save(all, folder / "s.safetensors");
    CHECK(are_equal(circuit::load({.synapses = folder / "s.safetensors"}), all));
    const auto declared = circuit::load({.synapses = folder / "s.safetensors"},
                                        {.types = {{"x", hybrid}, {"y", excitatory}, {"z", inhibitory}}});
    CHECK(declared.neurons.types == integers{1, 2, 1, 0});
    const auto against = message_of<file_error>([&] {
        circuit::load({.synapses = folder / "s.safetensors"},
                      {.types = {{"x", hybrid}, {"y", inhibitory}, {"z", excitatory}}});
    });
    CHECK(
        contains(against, "entry 0 of array 'neuron.classes': the neuron is excitatory, but its type 'y' is declared"));
    CHECK(contains(message_of<file_error>([&] {
                       circuit::load({.synapses = folder / "s.safetensors"}, {.types = {{"x", hybrid}, {"y", hybrid}}});
                   }),
                   "entry 1 of array 'neuron.types': 'z' is no declared type"));
}

TEST_CASE("other names of files are refused when writing", "[circuit]") {
    const temp_folder folder;
    const auto refusal = [&](const char* synapses, const char* cells) {
        return message_of<usage_error>([&] { circuit::save(example(), synapses, cells); });
    };
    CHECK(contains(refusal("s.csv", ""), "need a file of their own"));
    CHECK(contains(refusal("s.csv.gz", "c.csv"), "circuits are written as .csv or .tsv"));
    CHECK(contains(refusal("s.csv", "c.npz"), "c.npz: circuits are written as"));
    CHECK(contains(refusal("s.safetensors", "c.csv"), "holds the cells, too"));
}

}  // namespace circuit_save_test
