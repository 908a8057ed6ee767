// Made-up circuits have the statistics that their options ask for.

#include "circuits.hpp"

#include "circuit/random.hpp"

#include <cortexpr/circuit/generators.hpp>
#include <cortexpr/circuit/statistics.hpp>

#include <bit>
#include <cmath>
#include <set>

namespace circuit_generators_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

std::uint64_t hash_of(const graph& all) {
    std::uint64_t hash = all.neurons.size();
    for (const auto type : all.neurons.types) hash = cortexpr::mixed_bits(hash ^ static_cast<std::uint64_t>(type));
    for (std::size_t i = 0; i < all.synapses.size(); ++i) {
        hash = cortexpr::mixed_bits(hash ^ static_cast<std::uint64_t>(all.synapses.presynaptic[i]));
        hash = cortexpr::mixed_bits(hash ^ static_cast<std::uint64_t>(all.synapses.postsynaptic[i]));
        hash = cortexpr::mixed_bits(hash ^ std::bit_cast<std::uint64_t>(all.synapses.weights[i]));
    }
    return hash;
}

std::size_t different_pairs(const graph& all) {
    std::set<std::pair<std::int32_t, std::int32_t>> found;
    for (std::size_t i = 0; i < all.synapses.size(); ++i)
        found.emplace(all.synapses.presynaptic[i], all.synapses.postsynaptic[i]);
    return found.size();
}

template <typename Call>
std::string usage(Call call) {
    return message_of<usage_error>(call);
}

}  // namespace

TEST_CASE("a sheet gives each neuron its partners, around it, once each", "[circuit]") {
    // Wider than high: positions go by columns. Neurons of the middle are those whose partners can lie on all sides.
    constexpr std::int32_t rows = 30, columns = 60, partners = 20;
    const auto sheet = circuit::topographic({.rows = rows, .columns = columns, .deviation = 3, .partners = partners});
    CHECK(sheet.neurons.size() == rows * columns);
    CHECK(sheet.synapses.size() == std::size_t{rows} * columns * partners);
    CHECK(different_pairs(sheet) == sheet.synapses.size());
    for (const auto degree : circuit::in_degrees(sheet)) CHECK(degree == partners);
    double down = 0, across = 0, down_square = 0, across_square = 0, count = 0, at_border = 0, beside_it = 0, self = 0,
           negative = 0, weights = 0;
    for (std::size_t i = 0; i < sheet.synapses.size(); ++i) {
        const auto pre = sheet.synapses.presynaptic[i], post = sheet.synapses.postsynaptic[i];
        self += pre == post;
        at_border += pre % columns == 0;
        beside_it += pre % columns == 1;
        weights += sheet.synapses.weights[i] * sheet.synapses.weights[i];
        negative += sheet.synapses.weights[i] < 0;
        const int row = post / columns, column = post % columns;
        if (row < 12 || row >= 18 || column < 12 || column >= 48) continue;
        const double dr = pre / columns - row, dc = pre % columns - column;
        down += dr;
        across += dc;
        down_square += dr * dr;
        across_square += dc * dc;
        ++count;
    }
    CHECK(self == 0);
    CHECK(negative == 0);
    CHECK(down / count == Approx(0).margin(0.1));  // no shift by half a place
    CHECK(across / count == Approx(0).margin(0.1));
    CHECK(down_square / count == Approx(across_square / count).epsilon(0.08));
    CHECK(std::sqrt(down_square / count) == Approx(3).margin(0.5));  // drawn without repeats, so a little wider
    CHECK(at_border < 1.1 * beside_it);                              // nothing piles up
    CHECK(weights / static_cast<double>(sheet.synapses.size()) == Approx(2.0 / partners).epsilon(0.03));
}

TEST_CASE("neurons of a sheet may connect to themselves, beside their partners", "[circuit]") {
    const auto sheet = circuit::topographic({.rows = 6, .columns = 12, .deviation = 2, .partners = 4, .self = true});
    CHECK(sheet.synapses.size() == 72 * 5);
    std::int64_t self = 0;
    for (std::size_t i = 0; i < sheet.synapses.size(); ++i)
        self += sheet.synapses.presynaptic[i] == sheet.synapses.postsynaptic[i];
    CHECK(self == 72);
}

TEST_CASE("sheets that can't be are refused", "[circuit]") {
    CHECK(contains(usage([] { circuit::topographic({.rows = 0}); }), "a sheet of 0x40 has no neurons"));
    CHECK(contains(usage([] { circuit::topographic({.rows = 2, .columns = 2, .partners = 4}); }),
                   "4 partners can't be had"));
    CHECK(contains(usage([] { circuit::topographic({.deviation = 0}); }), "a deviation of 0 is no distance"));
    CHECK(contains(usage([] { circuit::topographic({.deviation = 0.1}); }),
                   "leaves too few of the sheet's 40x40 neurons"));
    CHECK(contains(usage([] { circuit::topographic({.rows = 100'000, .columns = 100'000}); }), "more than 2^31 - 1"));
}

TEST_CASE("types connect by their probabilities, rows postsynaptic", "[circuit]") {
    const auto all =
        circuit::typed({.counts = {300, 700}, .probabilities = {0.02, 0.1, 0, 1}, .classes = {excitatory, inhibitory}});
    const auto matrix = circuit::types_of(all);
    CHECK(matrix.synapses[matrix.index(0, 0)] == Approx(0.02 * 300 * 299).epsilon(0.08));
    CHECK(matrix.synapses[matrix.index(0, 1)] == Approx(0.1 * 300 * 700).epsilon(0.03));  // from type 1 to type 0
    CHECK(matrix.synapses[matrix.index(1, 0)] == 0);
    CHECK(matrix.synapses[matrix.index(1, 1)] == 700 * 699);
    CHECK(different_pairs(all) == all.synapses.size());
    CHECK(all.neurons.type_names == strings{"type_0", "type_1"});
    CHECK(all.neurons.classes.front() == excitatory);
    CHECK(all.neurons.classes.back() == inhibitory);
    std::int64_t self = 0;
    for (std::size_t i = 0; i < all.synapses.size(); ++i)
        self += all.synapses.presynaptic[i] == all.synapses.postsynaptic[i];
    CHECK(self == 0);
    CHECK(circuit::typed({.counts = {9}, .probabilities = {1}, .names = {"a"}, .self = true}).synapses.size() == 81);
    // Sparse and large: by pairs this would be 4e10 of them.
    CHECK(circuit::typed({.counts = {200'000}, .probabilities = {1e-6}}).synapses.size() ==
          Approx(40'000).epsilon(0.03));
}

TEST_CASE("types that don't fit are refused", "[circuit]") {
    CHECK(contains(usage([] { circuit::typed({.counts = {}, .probabilities = {}}); }), "needs one at least"));
    CHECK(contains(usage([] {
                       circuit::typed({.counts = {1, 2}, .probabilities = {1}});
                   }),
                   "2 types need 4 probabilities"));
    CHECK(contains(usage([] { circuit::typed({.counts = {1}, .probabilities = {1.5}}); }), "1.5 is no probability"));
    CHECK(
        contains(usage([] { circuit::typed({.counts = {0}, .probabilities = {1}}); }), "a type of 0 neurons is none"));
    CHECK(contains(usage([] {
                       circuit::typed({.counts = {1}, .probabilities = {1}, .names = {"a", "b"}});
                   }),
                   "1 types have 2 names"));
    CHECK(contains(usage([] {
                       circuit::typed({.counts = {1}, .probabilities = {1}, .classes = {hybrid, hybrid}});
                   }),
                   "2 classes"));
    CHECK(contains(usage([] {
                       circuit::typed({.counts = {INT32_MAX, 1}, .probabilities = {0, 0, 0, 0}});
                   }),
                   "more than 2^31 - 1"));
}

TEST_CASE("a made-up brain has the synapses, types and heavy tails that are asked for", "[circuit]") {
    const auto brain = circuit::synthetic_brain({.neurons = 9'000, .synapses = 300'000});
    CHECK(brain.neurons.size() == 9'000);
    CHECK(brain.synapses.size() == 300'000);
    CHECK(different_pairs(brain) == 300'000);
    CHECK(brain.neurons.type_names.size() == 73);
    CHECK(std::ranges::is_sorted(brain.neurons.type_names));
    CHECK(std::set(brain.neurons.types.begin(), brain.neurons.types.end()).size() == 73);
    std::set<std::int32_t> inhibitory_types;
    for (std::size_t i = 0; i < brain.neurons.size(); ++i)
        if (brain.neurons.classes[i] == inhibitory) inhibitory_types.insert(brain.neurons.types[i]);
    CHECK(inhibitory_types.size() == 28);  // 38 %
    const auto in = circuit::spread_of(circuit::in_degrees(brain));
    CHECK(in.mean > 1.15 * static_cast<double>(in.median));
    CHECK(in.percentile_99 > 5 * in.median);
    double contacts = 0;
    bool is_whole = true;
    for (const double weight : brain.synapses.weights) {
        is_whole = is_whole && weight >= 1 && weight == std::floor(weight);
        contacts += weight;
    }
    CHECK(is_whole);
    CHECK(contacts / 300'000 == Approx(5.3).margin(1.5));
    // Each of the 73 types listens to about 14.
    const auto matrix = circuit::types_of(brain);
    for (std::size_t post = 0; post < 65; ++post) {
        std::vector<std::int64_t> row(matrix.synapses.begin() + static_cast<std::ptrdiff_t>(post * 73),
                                      matrix.synapses.begin() + static_cast<std::ptrdiff_t>(post * 73 + 73));
        std::ranges::sort(row, std::greater());
        const auto sum = std::accumulate(row.begin(), row.end(), std::int64_t{0});
        CHECK(std::accumulate(row.begin(), row.begin() + 15, std::int64_t{0}) > 0.9 * static_cast<double>(sum));
    }
}

TEST_CASE("brains that can't be are refused, small ones are made", "[circuit]") {
    CHECK(contains(usage([] { circuit::synthetic_brain({.neurons = 100}); }), "100 neurons are too few for 73 types"));
    CHECK(contains(usage([] { circuit::synthetic_brain({.neurons = 200, .synapses = 10'000}); }),
                   "too many for 200 neurons"));
    CHECK(contains(usage([] { circuit::synthetic_brain({.columnar_types = 0}); }), "makes no sense"));
    CHECK(contains(usage([] { circuit::synthetic_brain({.inhibitory = 2}); }), "a share of 2 inhibitory types"));
    const auto dense = circuit::synthetic_brain({.neurons = 20, .synapses = 95, .columnar_types = 3, .wide_types = 1});
    CHECK(different_pairs(dense) == 95);
    CHECK(
        circuit::synthetic_brain({.neurons = 2, .synapses = 0, .columnar_types = 1, .wide_types = 0}).neurons.size() ==
        2);
}

TEST_CASE("generators give the same bits for the same seed, on every machine", "[circuit]") {
    const auto sheet = [](std::uint64_t seed) {
        return hash_of(circuit::topographic({.rows = 10, .columns = 20, .deviation = 2, .partners = 8, .seed = seed}));
    };
    const auto types = [](std::uint64_t seed) {
        return hash_of(circuit::typed({.counts = {50, 70}, .probabilities = {0.1, 0.2, 0.3, 0.4}, .seed = seed}));
    };
    const auto brain = [](std::uint64_t seed) {
        return hash_of(circuit::synthetic_brain({.neurons = 1000, .synapses = 10'000, .seed = seed}));
    };
    CHECK(sheet(1) != sheet(2));
    CHECK(types(1) != types(2));
    CHECK(brain(1) != brain(2));
    CHECK(sheet(1) == 0xACBA914F98DA8CD5U);
    CHECK(types(1) == 0x4C7248443C75D04EU);
    CHECK(brain(1) == 0x677B492166704646U);
}

}  // namespace circuit_generators_test
