// Circuit diagrams.

#include "catch.hpp"
#include "count_of.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"
#include "view/svg.hpp"
#include "workbench/circuit.hpp"

#include <cortexpr/workbench/wiring.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace workbench_wiring_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("wiring: each edge once, with the head of its source's class and its extent") {
    const auto text = workbench::wiring_graph(plan_of<Two>);
    // Lower: 8 edges, Upper: 4, between the areas: 1, feedback: 1.
    CHECK(count_of(text, " -> ") == plan_of<Two>.edges.size() + 2);
    CHECK(count_of(text, "arrowhead=tee") == 2);     // I to E and to I
    CHECK(count_of(text, "arrowhead=normal") == 3);  // E to E, to I and to the output
    CHECK(count_of(text, "subgraph cluster") == 2);
    CHECK(count_of(text, "style=dashed") == 1);
    CHECK(count_of(text, "a step later") == 1);  // area_delay
    CHECK(count_of(workbench::wiring_graph(plan_of<Tiny>), "3x3, 2 groups") == 1);
    CHECK(count_of(workbench::wiring_graph(plan_of<Tiny>), "3 classes") == 1);
}

/// What an attribute or the like holds, from a place on.
std::string after(const std::string& text, const std::string& words, std::size_t from = 0) {
    const auto start = text.find(words, from);
    REQUIRE(start != std::string::npos);
    return text.substr(start + words.size());
}

TEST_CASE("wiring: an area's frame holds the labels of its types' loops") {
    const auto svg = workbench::wiring_svg(plan_of<Tiny>);
    const auto frame = after(after(svg, "class=\"cluster\""), " d=\"");
    double right = 0;
    for (auto at = frame.find(' '); at < frame.find('"'); at = frame.find(' ', at + 1))
        right = std::max(right, std::stod(frame.substr(at + 1)));
    int loops = 0;
    for (std::size_t type = 0; type < plan_of<Tiny>.types.size(); ++type) {
        const auto title = fmt::format("<title>type{0}&#45;&gt;type{0}</title>", type);
        if (svg.find(title) == std::string::npos) continue;
        ++loops;
        const auto text = after(after(svg, title), "<text");
        const auto label = text.substr(text.find('>') + 1, text.find('<') - text.find('>') - 1);
        const auto words = label.substr(1, label.size() - 2);  // without the blanks around it
        CHECK(std::stod(after(text, "x=\"")) + view::svg::length_of(words, 9) / 2 < right);
    }
    CHECK(loops > 0);
}

TEST_CASE("wiring: drawn into files of several kinds, whole or not at all") {
    const temp_folder folder;
    workbench::write_wiring(plan_of<Two>, folder / "a.svg");
    const auto svg = contents(folder / "a.svg");
    CHECK(svg.find("<svg") != std::string::npos);
    CHECK(svg.find(">Upper<") != std::string::npos);
    workbench::write_wiring(plan_of<Two>, folder / "a.png");
    CHECK(contents(folder / "a.png").starts_with("\x89PNG"));
    workbench::write_wiring(plan_of<Two>, folder / "a.dot");
    CHECK(contents(folder / "a.dot") == workbench::wiring_graph(plan_of<Two>));
    CHECK(message_of<usage_error>([&] {
              workbench::write_wiring(plan_of<Two>, folder / "a.gif");
          }).find("end it in .svg, .png, .pdf or .dot") != std::string::npos);
    CHECK(folder.entries() == 3);
}

TEST_CASE("wiring: cell types with their cells, and the synapses from one onto another") {
    const auto data = pathway();
    const auto text = workbench::wiring_graph(plan_of<Sides>, data.graph);
    // Stimulus to the eye, five pairs of types, the medulla to the output, and the readout.
    CHECK(count_of(text, " -> ") == 1 + 5 + 1 + 1);
    CHECK(count_of(text, "arrowhead=tee") == 1);     // lamina to medulla
    CHECK(count_of(text, "arrowhead=normal") == 4);  // eye to both, medulla to both
    CHECK(count_of(text, "\"Medulla\n4\"") == 1);
    // Of 4 cells onto 4, itself included.
    CHECK(count_of(text, "label=\" 16\"") == 1);
    CHECK(count_of(text, "label=\" 8\"") == 2);  // lamina to medulla, medulla to lamina
    CHECK(count_of(text, "2 classes") == 1);
    auto fewer = data.graph;
    for (std::size_t i = fewer.synapses.size(); i-- > 0;) {
        const auto type = [&](std::int32_t cell) { return fewer.neurons.types[static_cast<std::size_t>(cell)]; };
        if (type(fewer.synapses.presynaptic[i]) != 2) continue;
        fewer.synapses.presynaptic.erase(fewer.synapses.presynaptic.begin() + static_cast<std::ptrdiff_t>(i));
        fewer.synapses.postsynaptic.erase(fewer.synapses.postsynaptic.begin() + static_cast<std::ptrdiff_t>(i));
        fewer.synapses.weights.erase(fewer.synapses.weights.begin() + static_cast<std::ptrdiff_t>(i));
    }
    CHECK(count_of(workbench::wiring_graph(plan_of<Sides>, fewer), "arrowhead=tee") == 0);
    const temp_folder folder;
    workbench::write_wiring(plan_of<Sides>, data.graph, folder / "a.svg");
    CHECK(contents(folder / "a.svg").find(">Lamina<") != std::string::npos);
    CHECK_THROWS_AS(workbench::write_wiring(plan_of<Sides>, data.graph, folder / "a.gif"), usage_error);
    CHECK(folder.entries() == 1);
}

TEST_CASE("wiring: more edges than layers can be made of are drawn in a circle, within a second or two") {
    constexpr int count = 30;
    const auto data = pathway();
    std::vector<plan::cell_type> types;
    std::vector<std::string> names;
    circuit::graph dense;
    for (int i = 0; i < count; ++i) names.push_back(fmt::format("T{}{}", i, std::string(60, 'x')));
    for (std::int32_t i = 0; i < count; ++i) {
        auto type = plan_of<Sides>.types.front();
        type.name = names[static_cast<std::size_t>(i)];
        types.push_back(type);
        dense.neurons.types.push_back(i);
        for (std::int32_t j = 0; j < count; ++j) {
            dense.synapses.presynaptic.push_back(i);
            dense.synapses.postsynaptic.push_back(j);
            dense.synapses.weights.push_back(1);
        }
    }
    dense.neurons.type_names = names;
    auto network = plan_of<Sides>;
    network.types = types;
    network.stimulus.types = network.output.types = {};
    CHECK(workbench::wiring_note(plan_of<Sides>, data.graph).empty());
    CHECK(workbench::wiring_note(network, dense).starts_with("961 edges are too many for layers"));
    const auto begin = std::chrono::steady_clock::now();
    const auto svg = workbench::wiring_svg(network, dense);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    CHECK(count_of(svg, "class=\"edge\"") == 961);
    CHECK(count_of(svg, std::string(60, 'x')) == 0);  // names that are too long
    CHECK(contains(svg, "…"));
}

}  // namespace workbench_wiring_test
