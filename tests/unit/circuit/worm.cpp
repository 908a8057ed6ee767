// The nervous system that ships with the examples.

#include "circuits.hpp"

#include <cortexpr/circuit/statistics.hpp>

namespace circuit_worm_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("the worm has 302 neurons and 3,709 chemical pairs; GABA inhibits", "[circuit]") {
    const auto folder = std::filesystem::path(CORTEXPR_SOURCE_DIR) / "examples" / "data" / "celegans";
    report found;
    const auto worm =
        circuit::load({.synapses = folder / "connections.csv",
                       .cells = folder / "neurons.csv",
                       .columns = circuit::columns::celegans(),
                       .signs = {{"GABA", inhibitory}, {"acetylcholine", excitatory}, {"glutamate", excitatory}}},
                      {}, &found);
    CHECK(worm.neurons.size() == 302);
    CHECK(worm.synapses.size() == 3709);
    CHECK(found.rows_of_other_kind == 1091);
    CHECK(found.repeats == 0);
    CHECK(found.unannotated == 0);
    CHECK(worm.neurons.type_names == strings{"interneuron", "motor", "other", "pharyngeal", "sensory"});
    CHECK(std::ranges::count(worm.neurons.classes, inhibitory) == 35);  // 31, and 4 with acetylcholine, too
    CHECK(found.unknown_transmitters == 30);                            // 20 of them without any
    const auto id = [&](const char* name) {
        return std::ranges::find(worm.neurons.ids, name) - worm.neurons.ids.begin();
    };
    CHECK(worm.neurons.classes[static_cast<std::size_t>(id("VD1"))] == inhibitory);
    CHECK(worm.neurons.classes[static_cast<std::size_t>(id("AVAL"))] == excitatory);
    CHECK(worm.synapses.weights.front() == 6);  // ADAL onto itself
    const auto degrees = circuit::in_degrees(worm);
    CHECK(circuit::spread_of(degrees).mean == Approx(3709.0 / 302));
}

}  // namespace circuit_worm_test
