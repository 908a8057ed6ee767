// The picture of connectivity matrices: a cell for each edge, in its row and column, in its class's colour.

#include <cortexpr/view/connectivity.hpp>

#include "catch.hpp"
#include "count_of.hpp"
#include "view/networks.hpp"

#include <fmt/format.h>

#include <string>

namespace view_connectivity_picture_test {

using namespace cortexpr;
using namespace view_test;
using Catch::Matchers::Contains;
using test::count_of;

namespace {

/// Of the cell whose words begin so.
std::string cell_attribute(const std::string& svg, const std::string& words, const std::string& name) {
    const auto end = svg.find("<title>" + words);
    REQUIRE(end != std::string::npos);
    const auto begin = svg.find(name + "=\"", svg.rfind("<rect", end)) + name.size() + 2;
    return svg.substr(begin, svg.find('"', begin) - begin);
}

}  // namespace

TEST_CASE("a connectivity matrix has a cell for each edge, where rows and columns say", "[connectivity]") {
    const auto& network = plan_of<Everything>;
    const auto svg = view::connectivity_svg(network, "a & b");
    CHECK_THAT(svg, Contains("a &amp; b"));
    CHECK(count_of(svg, "<title>") == network.edges.size() + 1);  // the page's own
    for (const auto& area : network.areas) CHECK_THAT(svg, Contains(fmt::format(">{}</text>", area.name)));

    const std::string first = "stimulus to Pyr", below = "PV to Pyr", right = "stimulus to PV";
    CHECK(cell_attribute(svg, first, "x") == cell_attribute(svg, below, "x"));
    CHECK(cell_attribute(svg, first, "y") == cell_attribute(svg, right, "y"));
    CHECK(std::stod(cell_attribute(svg, right, "x")) > std::stod(cell_attribute(svg, first, "x")));
    CHECK(std::stod(cell_attribute(svg, below, "y")) > std::stod(cell_attribute(svg, first, "y")));
    CHECK_THAT(svg, Contains("stimulus to Pyr: excitatory, kernel 5x3, no bias<"));
    CHECK(cell_attribute(svg, below, "class") == "fill1");      // inhibitory
    CHECK(cell_attribute(svg, "Pyr to ", "class") == "fill0");  // excitatory
}

TEST_CASE("the only area of a network isn't named in its own picture", "[connectivity]") {
    CHECK_THAT(view::connectivity_svg(plan_of<Digits>), !Contains(">V1</text>"));
}

}  // namespace view_connectivity_picture_test
