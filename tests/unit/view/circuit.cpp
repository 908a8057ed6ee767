// Pictures of wirings: what is drawn where, and what is refused.

#include "catch.hpp"
#include "count_of.hpp"
#include "temp_folder.hpp"

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/view/circuit.hpp>

#include <regex>

namespace view_circuit_test {

using namespace cortexpr;
using Catch::Matchers::Contains;
using cortexpr::test::count_of;
using test::message_of;

namespace {

/// Two cells of A, one of B & <C>; A excites, the other inhibits.
circuit::graph two_types() {
    return {.neurons = {.types = {0, 0, 1},
                        .type_names = {"A", "B&<C>"},
                        .ids = {},
                        .classes = {neuron_class::excitatory, neuron_class::excitatory, neuron_class::inhibitory}},
            .synapses = {.presynaptic = {0, 1, 2}, .postsynaptic = {2, 2, 0}, .weights = {3, 4, 10}}};
}

/// Numbers of an attribute of the element whose title begins so.
double attribute_of(const std::string& svg, const std::string& title, const std::string& name) {
    const auto end = svg.find("<title>" + title);
    REQUIRE(end != std::string::npos);
    const auto begin = svg.rfind("<rect", end);
    const auto at = svg.find(name + "=\"", begin) + name.size() + 2;
    return std::stod(svg.substr(at));
}

}  // namespace

TEST_CASE("a matrix of types has presynaptic ones down the y axis, and means by postsynaptic cell", "[picture]") {
    const auto svg = view::type_matrix_svg(two_types(), "worm & co");
    CHECK_THAT(svg, Contains("worm &amp; co") && Contains("B&amp;&lt;C&gt;"));
    CHECK_THAT(svg, Contains("A to B&amp;&lt;C&gt;: 7 contacts a neuron, 2 synapses in all"));
    CHECK_THAT(svg, Contains("B&amp;&lt;C&gt; to A: 5 contacts a neuron, 1 synapses in all"));  // one of two cells
    CHECK(count_of(svg, " contacts a neuron") == 2);
    // From A, the first row; onto B, the second column.
    CHECK(attribute_of(svg, "A to", "x") > attribute_of(svg, "B&amp;&lt;C&gt; to", "x"));
    CHECK(attribute_of(svg, "A to", "y") < attribute_of(svg, "B&amp;&lt;C&gt; to", "y"));
    CHECK(std::regex_search(svg, std::regex(R"(class="excites"[^>]*><title>A to)")));
    CHECK(std::regex_search(svg, std::regex(R"(class="inhibits"[^>]*><title>B)")));
    CHECK(attribute_of(svg, "A to", "fill-opacity") > attribute_of(svg, "B&amp;&lt;C&gt; to", "fill-opacity"));
    auto no_classes = two_types();
    no_classes.neurons.classes.clear();
    CHECK_THAT(view::type_matrix_svg(no_classes), Contains("class=\"unsigned\"") && !Contains("class=\"inhibits\""));
    CHECK_THAT(message_of<usage_error>([] { view::type_matrix_svg({}); }), Contains("needs a graph with neurons"));
}

TEST_CASE("degrees are drawn as shares of neurons on logarithmic axes", "[picture]") {
    circuit::graph circuit;
    circuit.neurons.type_names = {"A"};
    circuit.neurons.types.assign(11, 0);
    for (std::int32_t post = 1; post <= 10; ++post) {
        circuit.synapses.presynaptic.push_back(0);
        circuit.synapses.postsynaptic.push_back(post);
        circuit.synapses.weights.push_back(1);
    }
    const auto svg = view::degrees_svg(circuit);
    // Ten of eleven have one input; one has ten outputs: the end of the one line and the start of the other differ.
    CHECK_THAT(svg, Contains("in-degree") && Contains("out-degree") && Contains("stroke-dasharray"));
    std::smatch lines;
    CHECK(std::regex_search(svg, lines, std::regex(R"re(<path d="M62 ([0-9.]+)[^"]*" class="line0")re")));
    CHECK(std::regex_search(svg, std::regex(R"re(<path d="M422 [0-9.]+" class="line1")re")));  // at 10, the right end
    CHECK_THAT(message_of<usage_error>([] { view::degrees_svg({}); }), Contains("without synapses"));
}

}  // namespace view_circuit_test
