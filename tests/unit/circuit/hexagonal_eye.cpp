// A graph of types expanded over an eye.

#include "circuits.hpp"

#include <cortexpr/circuit/generators.hpp>
#include <cortexpr/circuit/statistics.hpp>

#include <numeric>

namespace circuit_hexagonal_eye_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

std::string nodes(const std::string& pattern = R"(["stride", [1, 1]])") {
    return R"({"nodes": [{"name": "A", "pattern": )" + pattern +
           R"(}, {"name": "B", "pattern": ["stride", [1, 1]]}], )";
}

std::string edges(const std::string& list) { return R"("edges": [)" + list + "]}"; }

std::string edge(const std::string& offsets, int alpha = 1, const char* from = "A", const char* to = "B") {
    return fmt::format(R"({{"src": "{}", "tar": "{}", "alpha": {}, "offsets": {}}})", from, to, alpha, offsets);
}

std::string refusal(const std::string& text, std::int32_t radius = 1) {
    return message_of<usage_error>([&] { circuit::over_hexagonal_eye(text, radius); });
}

}  // namespace

TEST_CASE("an offset leads from the presynaptic column to the postsynaptic one", "[circuit]") {
    const auto all = circuit::over_hexagonal_eye(nodes() + edges(edge("[[[1, -1], 2.5]]")), 1);
    CHECK(all.neurons.size() == 14);  // 7 columns
    CHECK(all.neurons.type_names == strings{"A", "B"});
    CHECK(all.synapses.size() == 4);
    const auto number = [&](const char* id) {
        return static_cast<std::int32_t>(std::ranges::find(all.neurons.ids, id) - all.neurons.ids.begin());
    };
    const auto place =
        std::ranges::find(all.synapses.presynaptic, number("A(-1,1)")) - all.synapses.presynaptic.begin();
    CHECK(all.synapses.postsynaptic[static_cast<std::size_t>(place)] == number("B(0,0)"));
    CHECK(all.synapses.weights == doubles(4, 2.5));
}

TEST_CASE("patterns are strides, tiles and single cells", "[circuit]") {
    const auto cells = [](const std::string& pattern) {
        const auto all = circuit::over_hexagonal_eye(nodes(pattern) + edges(""), 3);
        return std::ranges::count(all.neurons.types, 0);
    };
    CHECK(cells(R"(["stride", [1, 1]])") == 37);
    CHECK(cells(R"(["single", null])") == 1);
    CHECK(cells(R"(["tile", 3])") == 7);
    CHECK(cells(R"(["stride", [1, 3]])") == 15);
}

TEST_CASE("gaps within the hull of three offsets or more are filled", "[circuit]") {
    // The hull of a triangle: (1, 1) within and (1, 0), (0, 1), (0, 2), (2, 1) on its border; the lowest row is left
    // out.
    const auto text = nodes() + edges(edge("[[[0, 0], 9], [[3, 0], 9], [[0, 3], 9]]"));
    const auto sum = [&](double fill) {
        const auto all = circuit::over_hexagonal_eye(text, 8, fill);
        return std::ranges::count(all.synapses.weights, fill);
    };
    const auto full =
        circuit::over_hexagonal_eye(nodes() + edges(edge("[[[1, 1], 1], [[2, 1], 1]]")), 8).synapses.size() +
        circuit::over_hexagonal_eye(nodes() + edges(edge("[[[0, 1], 1], [[0, 2], 1]]")), 8).synapses.size() +
        circuit::over_hexagonal_eye(nodes() + edges(edge("[[[1, 2], 1]]")), 8).synapses.size();
    CHECK(sum(0.5) == static_cast<std::ptrdiff_t>(full));
    CHECK(sum(0) == 0);
}

TEST_CASE("types have the class of their edges; of both signs, they are hybrid", "[circuit]") {
    const auto all = circuit::over_hexagonal_eye(
        nodes() + edges(edge("[[[0, 0], 2]]", -1, "A", "A") + "," + edge("[[[0, 0], 3]]", 1, "A", "B") + "," +
                        edge("[[[0, 0], 4]]", -1, "B", "A")),
        0);
    CHECK(all.neurons.classes == classes{hybrid, inhibitory});
    CHECK(all.synapses.weights == doubles{-2, 3, 4});
}

TEST_CASE("texts that are no type graph are refused", "[circuit]") {
    const auto good = edge("[[[0, 0], 1]]");
    CHECK(contains(refusal("{"), "is no JSON"));
    CHECK(contains(refusal("[]"), "has no 'nodes' in the whole"));
    CHECK(contains(refusal("{\"nodes\": []}"), "has no 'edges' in the whole"));
    CHECK(contains(refusal("{\"nodes\": [], \"edges\": []}"), "has no lists of nodes and edges"));
    CHECK(contains(refusal("{\"nodes\": [{}], \"edges\": []}"), "has no 'name' in a node"));
    CHECK(contains(refusal("{\"nodes\": [{\"name\": 1}], \"edges\": []}"), "a name of a node that is no text"));
    CHECK(contains(refusal(nodes("\"x\"") + edges("")), "has a pattern in A that isn't of the form"));
    CHECK(contains(refusal(nodes("[\"wave\", 1]") + edges("")), "has the pattern 'wave' in A"));
    CHECK(contains(refusal(nodes("[\"tile\", 0]") + edges("")), "has a stride below 1 in A"));
    CHECK(contains(refusal(nodes("[\"tile\", 1.5]") + edges("")), "has a tile in A that is no whole number"));
    CHECK(contains(refusal(nodes("[\"tile\", 99999999]") + edges("")), "out of range"));
    CHECK(contains(refusal(nodes() + edges(edge("[]", 1, "A", "C"))), "has an edge of the type 'C', which is no node"));
    CHECK(contains(refusal(nodes() + edges(edge("[]", 0))), "has the alpha 0"));
    CHECK(contains(refusal(nodes() + edges(good + "," + good)), "has the edge from A to B twice"));
    CHECK(contains(refusal(nodes() + edges(edge("7"))), "that are no list"));
    CHECK(contains(refusal(nodes() + edges(edge("[[0, 0]]"))), "isn't of the form [[du, dv], contacts]"));
    CHECK(contains(refusal(nodes() + edges(edge("[[[0, 0], -1]]"))), "has -1 contacts in the edge from A to B"));
    CHECK(contains(refusal(nodes() + edges(edge("[[[0, 0], 1], [[0, 0], 1]]"))), "has the offset (0, 0) twice"));
    CHECK(contains(refusal(nodes() + edges(edge("[[[0, 2000], 1]]"))), "more than 1000 columns"));
    CHECK(contains(refusal(nodes() + edges(""), -1), "over a radius of -1"));
    CHECK(contains(message_of<usage_error>([&] { circuit::over_hexagonal_eye(nodes() + edges(""), 1, -1); }),
                   "-1 contacts"));
}

TEST_CASE("the fly's motion pathway has 45,669 cells and 1,513,231 synapses", "[circuit]") {
    const auto file = std::filesystem::path(CORTEXPR_FLYVIS_DIR) / "fib25-fib19_v2.2.json";
    if (!std::filesystem::exists(file)) {
        WARN("skipped: the type graph of flyvis is not at " CORTEXPR_FLYVIS_DIR);
        return;
    }
    const auto all = circuit::over_hexagonal_eye(contents(file));
    CHECK(all.neurons.size() == 45'669);
    CHECK(all.synapses.size() == 1'513'231);
    CHECK(all.neurons.type_names.size() == 65);
    CHECK(all.neurons.type_names.front() == "R1");
    const auto matrix = circuit::types_of(all);
    CHECK(std::ranges::count_if(matrix.synapses, [](std::int64_t count) { return count > 0; }) == 604);
    const auto class_of = [&](const char* id) {
        return all.neurons
            .classes[static_cast<std::size_t>(std::ranges::find(all.neurons.ids, id) - all.neurons.ids.begin())];
    };
    CHECK(class_of("R1(0,0)") == inhibitory);
    CHECK(class_of("Mi1(0,0)") == excitatory);
    CHECK(class_of("C3(-15,15)") == hybrid);
}

}  // namespace circuit_hexagonal_eye_test
