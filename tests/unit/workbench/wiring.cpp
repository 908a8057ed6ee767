// Circuit diagrams.

#include "catch.hpp"
#include "count_of.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/workbench/wiring.hpp>

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
