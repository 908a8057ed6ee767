// Wirings that keep degrees, and types that move.

#include "circuits.hpp"

#include <cortexpr/circuit/controls.hpp>
#include <cortexpr/circuit/generators.hpp>
#include <cortexpr/circuit/statistics.hpp>

#include <set>

namespace circuit_controls_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

using pairs = std::set<std::pair<std::int32_t, std::int32_t>>;

pairs pairs_of(const graph& all) {
    pairs found;
    for (std::size_t i = 0; i < all.synapses.size(); ++i)
        found.emplace(all.synapses.presynaptic[i], all.synapses.postsynaptic[i]);
    return found;
}

std::size_t common(const graph& a, const graph& b) {
    const auto of_a = pairs_of(a), of_b = pairs_of(b);
    return static_cast<std::size_t>(std::ranges::count_if(of_a, [&](const auto& pair) { return of_b.contains(pair); }));
}

graph brain() {
    auto all = circuit::synthetic_brain({.neurons = 1000, .synapses = 20'000, .columnar_types = 10, .wide_types = 2});
    for (std::int32_t self = 0; self < 5; ++self) {  // synapses of neurons onto themselves
        all.synapses.presynaptic.push_back(self);
        all.synapses.postsynaptic.push_back(self);
        all.synapses.weights.push_back(7);
    }
    return all;
}

}  // namespace

TEST_CASE("rewiring keeps every degree and weight, and little of the wiring", "[circuit]") {
    const auto before = brain(), after = circuit::rewired(before, 1);
    CHECK(circuit::in_degrees(after) == circuit::in_degrees(before));
    CHECK(circuit::out_degrees(after) == circuit::out_degrees(before));
    CHECK(after.synapses.presynaptic == before.synapses.presynaptic);
    CHECK(after.synapses.weights == before.synapses.weights);
    CHECK(after.neurons.types == before.neurons.types);
    CHECK(pairs_of(after).size() == before.synapses.size());
    // Random wirings of these degrees share 18 % of their pairs, however long they are swapped.
    CHECK(common(before, after) < before.synapses.size() / 4);
    CHECK(common(after, circuit::rewired(before, 2)) > 0.9 * static_cast<double>(common(before, after)));
    std::int64_t moved = 0;
    for (std::size_t i = 0; i < after.synapses.size(); ++i)
        moved += (after.synapses.presynaptic[i] == after.synapses.postsynaptic[i]) != (i >= 20'000);
    CHECK(moved == 0);
    CHECK(are_equal(circuit::rewired(before, 1), after));
    CHECK(!are_equal(circuit::rewired(before, 2), after));
    CHECK(are_equal(circuit::rewired(before, 1, {.swaps_per_synapse = 0}), before));
}

TEST_CASE("rewiring within types keeps the synapses between types", "[circuit]") {
    const auto before = brain(), free = circuit::rewired(before, 1),
               kept = circuit::rewired(before, 1, {.keep_types = true});
    CHECK(circuit::types_of(kept).synapses == circuit::types_of(before).synapses);
    CHECK(circuit::types_of(free).synapses != circuit::types_of(before).synapses);
    CHECK(circuit::in_degrees(kept) == circuit::in_degrees(before));
    CHECK(pairs_of(kept).size() == before.synapses.size());
    CHECK(common(before, kept) < before.synapses.size() / 3);
}

TEST_CASE("graphs that can't be rewired come back, or are refused", "[circuit]") {
    graph one{.neurons = {.types = {0, 0}, .type_names = {"a"}, .ids = {}, .classes = {}},
              .synapses = {.presynaptic = {0}, .postsynaptic = {1}, .weights = {1}}};
    CHECK(are_equal(circuit::rewired(one, 1), one));
    CHECK(contains(message_of<usage_error>([&] { circuit::rewired(one, 1, {.swaps_per_synapse = -1}); }), "-1 swaps"));
    one.synapses = {.presynaptic = {0, 0}, .postsynaptic = {1, 1}, .weights = {1, 1}};
    CHECK(contains(message_of<usage_error>([&] { circuit::rewired(one, 1); }), "neurons 0 and 1 are connected twice"));
}

TEST_CASE("shuffled types keep their numbers and classes, and the wiring", "[circuit]") {
    const auto before = brain(), after = circuit::shuffled_types(before, 1);
    const auto cells = [](const graph& all) {
        std::multiset<std::pair<std::int32_t, neuron_class>> found;
        for (std::size_t i = 0; i < all.neurons.size(); ++i)
            found.emplace(all.neurons.types[i], all.neurons.classes[i]);
        return found;
    };
    CHECK(cells(after) == cells(before));
    CHECK(after.neurons.types != before.neurons.types);
    CHECK(pairs_of(after) == pairs_of(before));
    CHECK(are_equal(circuit::shuffled_types(before, 1), after));
    CHECK(!are_equal(circuit::shuffled_types(before, 2), after));
}

}  // namespace circuit_controls_test
