// Areas, neuron types, edges, feedback and parameters by their names at run time.

#include <cortexpr/plan/names.hpp>

#include "catch.hpp"
#include "view/networks.hpp"

#include <cortexpr/error.hpp>

#include <string>

namespace plan_names_test {

using namespace cortexpr;
using namespace view_test;

namespace {

// High and Top have a neuron type Lin each.
constexpr auto& everything = plan_of<Everything>;

std::string_view parameter_name(std::string_view name) {
    return everything.parameters[static_cast<std::size_t>(plan::find_parameter(everything, name))].name;
}

}  // namespace

TEST_CASE("areas and neuron types by name") {
    CHECK(plan::find_area(everything, "High") == 1);
    CHECK(plan::find_type(everything, "Low.PV") == 1);
    CHECK(plan::find_type(everything, "PV") == 1);
    CHECK(plan::find_type(everything, "High.Lin") == 3);
    CHECK(plan::find_type(everything, "Top.Lin") == 4);
    // Every full name is its own.
    for (std::size_t i = 0; i < everything.types.size(); ++i) {
        const auto& type = everything.types[i];
        const auto name = std::string(plan::area_at(everything, type.area).name) + "." + std::string(type.name);
        CHECK(plan::find_type(everything, name) == static_cast<int>(i));
    }
}

TEST_CASE("edges by name, with the area at one end, at both, or left out") {
    for (std::size_t i = 0; i < everything.edges.size(); ++i) {
        const auto& edge = everything.edges[i];
        const std::string area(plan::area_at(everything, edge.area).name), from(plan::source_name(everything, edge)),
            to(plan::target_name(everything, edge));
        CHECK(plan::find_edge(everything, area + "." + from + "->" + to) == static_cast<int>(i));
        CHECK(plan::find_edge(everything, area + "." + from + "->" + area + "." + to) == static_cast<int>(i));
        CHECK(plan::find_edge(everything, from + "->" + area + "." + to) == static_cast<int>(i));
    }
    CHECK(plan::find_edge(everything, "top_down->Mix") == plan::find_edge(everything, "Low.top_down->Mix"));
    for (const auto* name : {"feedback->Mix", "Low.feedback->Mix", "Low.feedback->Low.Mix", "feedback->Low.Mix"})
        CHECK(plan::find_edge(everything, name) == plan::find_edge(everything, "Low.top_down->Mix"));
    CHECK(plan::find_parameter(everything, "weight_of(feedback->Mix)") ==
          plan::find_parameter(everything, "weight_of(top_down->Mix)"));
    CHECK(plan::find_edge(everything, "Mix->output") == plan::find_edge(everything, "Low.Mix->output"));
}

TEST_CASE("an edge's source has a class: that of an area's input, of its feedback, or of a neuron type") {
    const auto class_from = [](std::string_view edge) {
        return plan::source_class(everything, everything.edges[plan::index(plan::find_edge(everything, edge))]);
    };
    CHECK(class_from("Low.stimulus->Pyr") == neuron_class::excitatory);
    CHECK(class_from("Low.top_down->Mix") == neuron_class::inhibitory);
    CHECK(class_from("Low.PV->Pyr") == neuron_class::inhibitory);
    CHECK(class_from("Low.Mix->Mix") == neuron_class::hybrid);
    CHECK(class_from("High.stimulus->Lin") == neuron_class::hybrid);
}

TEST_CASE("feedback and parameters by name") {
    CHECK(plan::find_feedback(everything, "High->Low") == 0);
    CHECK(plan::find_feedback(everything, "Top->Low") == 1);
    CHECK(parameter_name("weight_of(Low.Pyr->PV)") == "rnn.areas.0.convs.2->1.0.weight");
    CHECK(parameter_name("bias_of(Pyr->PV)") == "rnn.areas.0.convs.2->1.0.bias");
    CHECK(parameter_name("weight_of(Low.Mix->output)") == "rnn.areas.0.out_convs.4->out.0.weight");
    CHECK(parameter_name("weight_of(High->Low)") == "rnn.feedback_convs.1->0.1.weight");
    CHECK(parameter_name("bias_of(Top->Low)") == "rnn.feedback_convs.2->0.1.bias");
    CHECK(parameter_name("tau_of(Top.Lin)") == "rnn.areas.2.tau.0");
    for (const auto& parameter : everything.parameters) CHECK(parameter_name(parameter.name) == parameter.name);
}

TEST_CASE("a name that nothing has is refused with the nearest one") {
    CHECK_THROWS_WITH(plan::find_area(everything, "high"),
                      "Everything has no area \"high\"; the nearest name is \"High\"");
    CHECK_THROWS_WITH(plan::find_type(everything, "Low.PVs"),
                      "Everything has no neuron type \"Low.PVs\"; the nearest name is \"Low.PV\"");
    CHECK_THROWS_WITH(plan::find_type(everything, "SPyr"),
                      "Everything has no neuron type \"SPyr\"; the nearest name is \"Pyr\"");
    CHECK_THROWS_WITH(plan::find_edge(everything, "PV->Mix"),
                      "Everything has no edge \"PV->Mix\"; the nearest name is \"Pyr->Mix\"");
    CHECK_THROWS_WITH(plan::find_feedback(everything, "Low->High"),
                      "Everything has no feedback \"Low->High\"; the nearest name is \"Top->Low\"");
    CHECK_THROWS_WITH(plan::find_feedback(plan_of<Digits>, "V2->V1"), "Digits has no feedback");
    CHECK_THROWS_WITH(plan::find_parameter(everything, "readout.1.weigth"),
                      "Everything has no parameter \"readout.1.weigth\"; the nearest name is \"readout.1.weight\"");
    // Declared without a bias.
    CHECK_THROWS_AS(plan::find_parameter(everything, "bias_of(Low.Mix->output)"), usage_error);
}

TEST_CASE("a name that several have is refused with their full names") {
    CHECK_THROWS_WITH(plan::find_type(everything, "Lin"),
                      "Everything has more than one neuron type \"Lin\"; write \"High.Lin\" or \"Top.Lin\"");
    CHECK_THROWS_WITH(plan::find_edge(everything, "stimulus->Lin"),
                      "Everything has more than one edge \"stimulus->Lin\"; write \"High.stimulus->Lin\" or "
                      "\"Top.stimulus->Lin\"");
    CHECK_THROWS_WITH(plan::find_parameter(everything, "tau_of(Lin)"),
                      "Everything has more than one parameter \"tau_of(Lin)\"; write \"rnn.areas.1.tau.0\" or "
                      "\"rnn.areas.2.tau.0\"");
}

}  // namespace plan_names_test
