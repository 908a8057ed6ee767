// The reference's arguments for networks whose arguments are written here by hand.

#include <cortexpr/describe/describe.hpp>

#include "catch.hpp"
#include "view/networks.hpp"

#include <nlohmann/json.hpp>

namespace describe_reference_arguments_test {

using namespace cortexpr;
using namespace view_test;
using json = nlohmann::ordered_json;

TEST_CASE("an area's matrices have a row for each source and a column for each target", "[describe]") {
    const auto told = describe::reference_arguments(plan_of<Digits>);
    CHECK(told["rnn"]["num_areas"] == 1);
    CHECK(told["rnn"]["area_time_delay"] == false);
    CHECK_FALSE(told["rnn"].contains("inter_area_feedback_connectivity"));
    const auto& area = told["rnn"]["area_kwargs"][0];
    CHECK(area["in_size"] == json{28, 28});
    CHECK(area["in_channels"] == 1);
    CHECK(area["out_channels"] == 32);
    CHECK(area["num_neuron_types"] == 2);
    CHECK(area["num_neuron_subtypes"] == json{16, 16});
    CHECK(area["neuron_type_class"] == json{"excitatory", "inhibitory"});
    CHECK(area["neuron_type_density"] == json{"same", "same"});
    // stimulus, E, I to E, I, output
    CHECK(area["inter_neuron_type_connectivity"] == json::parse("[[1, 1, 0], [1, 1, 1], [1, 1, 0]]"));
    CHECK(area["inter_neuron_type_spatial_extents"] ==
          json::parse("[[[3,3], [3,3], [1,1]], [[3,3], [3,3], [3,3]], [[3,3], [3,3], [1,1]]]"));
    CHECK(area["inter_neuron_type_bias"] ==
          json::parse("[[true, true, false], [true, true, true], [true, true, false]]"));
    CHECK(area["out_nonlinearity"].is_null());
    CHECK(area["default_neuron_state_init_fn"] == "zeros");
    CHECK_FALSE(area.contains("feedback_channels"));
    CHECK(told["classifier"] == json{{"num_classes", 10},
                                     {"fc_dim", 256},
                                     {"dropout", 0.5},
                                     {"pool_size_classifier", {1, 1}},
                                     {"pool_mode_classifier", told["classifier"]["pool_mode_classifier"]}});
}

TEST_CASE("options have the reference's words", "[describe]") {
    const auto told = describe::reference_arguments(plan_of<Everything>);
    const auto& low = told["rnn"]["area_kwargs"][0];
    CHECK(told["rnn"]["pool_mode"] == "avg");
    CHECK(told["rnn"]["area_time_delay"] == true);
    CHECK(low["in_class"] == "excitatory");
    CHECK(low["feedback_channels"] == 2);
    CHECK(low["feedback_class"] == "inhibitory");
    CHECK(low["default_feedback_state_init_fn"] == "ones");
    CHECK(low["default_output_state_init_fn"] == "rand");
    CHECK(told["rnn"]["area_kwargs"][1]["default_output_state_init_fn"] == "randn");
    CHECK(low["neuron_type_density"] == json{"same", "half", "same"});
    CHECK(low["neuron_type_nonlinearity"] == json{"Squared()", "sigmoid", "softplus,hardtanh"});
    CHECK(low["tau_mode"] == json{"subtype_spatial", "spatial", "subtype"});
    CHECK(told["rnn"]["area_kwargs"][1]["tau_mode"] == json::array({"type"}));
    CHECK(low["inter_neuron_type_num_subtype_groups"][2] == json{1, 4, 1, 1});  // Pyr's
    CHECK(low["inter_neuron_type_nonlinearity"][4] == json{nullptr, nullptr, "tanh,relu", nullptr});
    CHECK(low["inter_neuron_type_spatial_extents"][0][0] == json{5, 3});
    CHECK(low["inter_neuron_type_bias"][0][0] == false);
    CHECK(told["classifier"]["pool_size_classifier"] == json{2, 3});
    CHECK(told["classifier"]["pool_mode_classifier"] == "avg");
}

TEST_CASE("feedback's matrices have rows for the areas that send", "[describe]") {
    const auto rnn = describe::reference_arguments(plan_of<Everything>)["rnn"];
    CHECK(rnn["inter_area_feedback_connectivity"] == json::parse("[[0, 0, 0], [1, 0, 0], [1, 0, 0]]"));
    CHECK(rnn["inter_area_feedback_spatial_extents"][1][0] == json{5, 1});
    CHECK(rnn["inter_area_feedback_spatial_extents"][0][1] == json{1, 1});
    CHECK(rnn["inter_area_feedback_nonlinearity"][2][0] == "relu6,tanh");
    CHECK(rnn["inter_area_feedback_nonlinearity"][1][0].is_null());
    CHECK(describe::reference_arguments(plan_of<Pair>)["classifier"].is_null());
}

}  // namespace describe_reference_arguments_test
