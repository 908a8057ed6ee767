// From a declaration to the plan's arrays: names, shapes and constraints of a small network, written out by hand.

#include <cortexpr/dsl.hpp>

#include "catch.hpp"

#include <string>
#include <vector>

using namespace cortexpr;
using plan::map_shape;

namespace {

struct Pyr : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
struct SST : inhibitory<2, half_density, tau<tau_mode::per_type, 3.0>, initial_state<fill::ones>> {};
struct Mix : hybrid<3, tau<tau_mode::spatial>> {};
struct Low : area<input<3, 5, 7, neuron_class::excitatory>, feedback_channels<2>, neurons<Pyr, SST>,
                  connectivity<  //  Pyr SST output
                      from<stimulus, 1, edge{.extent = {3, 1}}, 0>, from<top_down, edge{.bias = false}, 0, 0>,
                      from<Pyr, edge{.groups = 2}, 1, 1>, from<SST, 1, 1, 0>>,
                  output<6, activation::relu>> {};
struct High : area<input<6, 3, 3>, neurons<Mix>, connectivity<from<stimulus, 1, 0>, from<Mix, 1, 1>>, output<2>> {};
struct Both : classifier<network<Low, High, feedback<High, Low, edge{.extent = {1, 3}, .bias = false}>>, classes<3>,
                         hidden<4>, readout_pool<pool_mode::max, 2, 1>> {};

constexpr const auto& both = plan_of<Both>;

const plan::parameter& parameter(int index) { return both.parameters[static_cast<std::size_t>(index)]; }
std::vector<int> shape_of(int index) {
    const auto& one = parameter(index);
    return {one.shape.begin(), one.shape.begin() + one.rank};
}

}  // namespace

TEST_CASE("parameters have the reference's names, in the order of its modules", "[plan]") {
    std::vector<std::string> names;
    for (const auto& one : both.parameters) names.emplace_back(std::string_view(one.name));
    CHECK(names == std::vector<std::string>{"rnn.areas.0.convs.0->0.0.weight",
                                            "rnn.areas.0.convs.0->0.0.bias",
                                            "rnn.areas.0.convs.0->1.0.weight",
                                            "rnn.areas.0.convs.0->1.0.bias",
                                            "rnn.areas.0.convs.1->0.0.weight",
                                            "rnn.areas.0.convs.2->0.0.weight",
                                            "rnn.areas.0.convs.2->0.0.bias",
                                            "rnn.areas.0.convs.2->1.0.weight",
                                            "rnn.areas.0.convs.2->1.0.bias",
                                            "rnn.areas.0.out_convs.2->out.0.weight",
                                            "rnn.areas.0.out_convs.2->out.0.bias",
                                            "rnn.areas.0.convs.3->0.0.weight",
                                            "rnn.areas.0.convs.3->0.0.bias",
                                            "rnn.areas.0.convs.3->1.0.weight",
                                            "rnn.areas.0.convs.3->1.0.bias",
                                            "rnn.areas.0.tau.0",
                                            "rnn.areas.0.tau.1",
                                            "rnn.areas.1.convs.0->0.0.weight",
                                            "rnn.areas.1.convs.0->0.0.bias",
                                            "rnn.areas.1.convs.1->0.0.weight",
                                            "rnn.areas.1.convs.1->0.0.bias",
                                            "rnn.areas.1.out_convs.1->out.0.weight",
                                            "rnn.areas.1.out_convs.1->out.0.bias",
                                            "rnn.areas.1.tau.0",
                                            "rnn.feedback_convs.1->0.1.weight",
                                            "readout.1.weight",
                                            "readout.1.bias",
                                            "readout.4.weight",
                                            "readout.4.bias"});
    // A network without a readout has no prefix; nor has an area alone.
    CHECK(std::string_view(plan_of<Low>.parameters.front().name) == "areas.0.convs.0->0.0.weight");
    CHECK_FALSE(plan_of<Low>.has_readout());
}

TEST_CASE("a half-density type lies on half the grid, rounded up", "[plan]") {
    CHECK(both.types[0].shape == map_shape{4, 5, 7});
    CHECK(both.types[1].shape == map_shape{2, 3, 4});
    CHECK(both.types[2].shape == map_shape{3, 3, 3});
    CHECK(both.types[1].name == "SST");
    CHECK(both.types[2].area == 1);
    CHECK(both.types[1].kind == neuron_class::inhibitory);
    CHECK(both.types[1].initial_state == fill::ones);
    CHECK(both.types[1].initial_tau == tau_start(3.0));
    CHECK(both.areas[0].input == map_shape{3, 5, 7});
    CHECK(both.areas[0].output == map_shape{6, 5, 7});
    CHECK(both.areas[0].feedback == map_shape{2, 5, 7});
    CHECK(both.areas[0].output_nonlinearity == activation::relu);
    CHECK(both.areas[1].first_type == 2);
    CHECK(both.areas[1].first_edge == 8);
    CHECK(both.areas[1].edges == 3);
}

TEST_CASE("an edge leads from its source's grid to its target's, with the sign and bound of its class", "[plan]") {
    struct row {
        int presynaptic, postsynaptic, stride;
        bool upsample;
        int sign;
        bool non_negative;
    };
    const std::vector<row> expected{
        {-1, 0, 1, false, 1, true},   // stimulus to Pyr
        {-1, 1, 2, false, 1, true},   //          to SST, on the half grid
        {-1, 0, 1, false, 1, false},  // top_down to Pyr: hybrid
        {0, 0, 1, false, 1, true},    // Pyr to itself
        {0, 1, 2, false, 1, true},    //     to SST
        {0, -1, 1, false, 1, true},   //     to the output
        {1, 0, 1, true, -1, true},    // SST to Pyr
        {1, 1, 1, false, -1, true},   //     to itself, both on the half grid
        {-1, 2, 1, false, 1, false},  // of High: the stimulus is hybrid
        {2, 2, 1, false, 1, false},   // Mix to itself
        {2, -1, 1, false, 1, false},  //     to the output
    };
    REQUIRE(both.edges.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO("edge " << i);
        const auto& edge = both.edges[i];
        CHECK(edge.presynaptic == expected[i].presynaptic);
        CHECK(edge.postsynaptic == expected[i].postsynaptic);
        CHECK(edge.stride == expected[i].stride);
        CHECK(edge.upsample == expected[i].upsample);
        CHECK(edge.sign == expected[i].sign);
        CHECK(edge.non_negative == expected[i].non_negative);
        const auto bound = edge.non_negative ? plan::parameter::bound::non_negative : plan::parameter::bound::free;
        CHECK(parameter(edge.weight).constraint == bound);
        CHECK(parameter(edge.weight).owner == static_cast<int>(i));
        CHECK((edge.bias < 0) == (i == 2));
    }
    CHECK(both.edges[4].input == map_shape{4, 5, 7});
    CHECK(both.edges[4].output == map_shape{2, 3, 4});
    CHECK(both.edges[2].from == plan::edge::source::top_down);
    CHECK(both.edges[2].input == map_shape{2, 5, 7});
}

TEST_CASE("weights have the sizes of their convolutions, and tau of what shares it", "[plan]") {
    CHECK(shape_of(both.edges[0].weight) == std::vector{4, 3, 3, 3});
    CHECK(shape_of(both.edges[0].bias) == std::vector{4});
    CHECK(shape_of(both.edges[1].weight) == std::vector{2, 3, 3, 1});
    CHECK(shape_of(both.edges[3].weight) == std::vector{4, 2, 3, 3});  // two groups
    CHECK(shape_of(both.edges[5].weight) == std::vector{6, 4, 3, 3});
    CHECK(shape_of(both.types[0].tau_parameter) == std::vector{1, 4, 5, 7});
    CHECK(shape_of(both.types[1].tau_parameter) == std::vector{1, 1, 1, 1});
    CHECK(shape_of(both.types[2].tau_parameter) == std::vector{1, 1, 3, 3});
    for (const auto& type : both.types)
        CHECK(parameter(type.tau_parameter).constraint == plan::parameter::bound::at_least_one);
}

TEST_CASE("feedback leads from a later output to an earlier area's channels", "[plan]") {
    REQUIRE(both.feedback.size() == 1);
    const auto& edge = both.feedback[0];
    CHECK(edge.from == 1);
    CHECK(edge.to == 0);
    CHECK(edge.input == map_shape{2, 3, 3});
    CHECK(edge.output == map_shape{2, 5, 7});
    CHECK(shape_of(edge.weight) == std::vector{2, 2, 1, 3});
    CHECK(edge.bias == -1);
    CHECK(parameter(edge.weight).constraint == plan::parameter::bound::free);
}

TEST_CASE("the readout reads what the pool leaves", "[plan]") {
    CHECK(both.readout.features == 2 * 2 * 1);
    CHECK(shape_of(both.readout.weight[0]) == std::vector{4, 4});
    CHECK(shape_of(both.readout.weight[1]) == std::vector{3, 4});
    CHECK(shape_of(both.readout.bias[1]) == std::vector{3});
    CHECK(both.is_classifier());
    CHECK(both.name == "Both");
}
