// A network read from its description at run time: the same plan, or a sentence.

#include <cortexpr/describe/read.hpp>

#include "catch.hpp"
#include "describe/same_plan.hpp"
#include "temp_folder.hpp"
#include "view/networks.hpp"

#include <cortexpr/describe/declaration.hpp>
#include <cortexpr/describe/describe.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/presets.hpp>

#include <nlohmann/json.hpp>

#include <fstream>

namespace describe_read_test {

using namespace cortexpr;
using namespace view_test;
using json = nlohmann::ordered_json;

namespace {

/// Everything that a description can hold: view_test's network without its code.
struct Pyr8 : excitatory<8, tau<tau_mode::per_subtype_spatial, uniform_draw{1.5, 6}>> {};
struct Bottom : area<input<3, 9, 7, neuron_class::excitatory>,
                     feedback_channels<2, neuron_class::inhibitory, fill::ones>, neurons<Pyr8, PV, Mix>,
                     connectivity<  //  Pyr8 PV Mix output
                         from<stimulus, edge{.extent = {5, 3}, .bias = false}, 1, 1, 0>, from<top_down, 0, 0, 1, 0>,
                         from<Pyr8, 1, edge{.groups = 4, .nonlinearity = activation::relu}, 1, 1>, from<PV, 1, 1, 0, 0>,
                         from<Mix, 0, 0, edge{.nonlinearity = chain(activation::tanh, activation::relu)},
                              edge{.extent = {1, 1}, .groups = 2, .bias = false}>>,
                     output<6, chain(activation::softplus, activation::tanh), fill::uniform>> {};
struct Coded
    : classifier<network<Bottom, High, Top, feedback<High, Bottom, edge{.extent = {5, 1}, .bias = false}>,
                         feedback<Top, Bottom, edge{.nonlinearity = chain(activation::relu6, activation::tanh)}>,
                         pool<pool_mode::average>, area_delay<1>>,
                 classes<3>, hidden<7>, dropout<0.25>, readout_pool<pool_mode::average, 2, 3>> {};

struct Fitted
    : regressor<network<Bottom, High, Top, feedback<High, Bottom>, feedback<Top, Bottom>>, targets<1>, hidden<7>> {};

template <class Declared>
bool comes_back() {
    const auto told = describe::to_json<Declared>();
    // Through text, as a file holds it. Nothing of the description is left when the plan is read.
    return same_plan(describe::read(told).network(), plan_of<Declared>) &&
           same_plan(describe::read(json::parse(told.dump())).network(), plan_of<Declared>);
}

/// What is said of a description with another value at `path`.
std::string refusal(const char* path, const json& value) {
    auto told = describe::to_json<Coded>();
    told[json::json_pointer(path)] = value;
    try {
        describe::read(told);
    } catch (const usage_error& problem) {
        return problem.what();
    }
    return "";
}

std::string refusal_without(const char* parent, const char* key) {
    auto told = describe::to_json<Coded>();
    told[json::json_pointer(parent)].erase(key);
    try {
        describe::read(told);
    } catch (const usage_error& problem) {
        return problem.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a network read from its description has the same plan") {
    CHECK(comes_back<Digits>());
    CHECK(comes_back<Coded>());
    CHECK(comes_back<Fitted>());
    const auto fitted = describe::to_json<Fitted>();
    CHECK(fitted["kind"] == "regressor");
    CHECK(fitted["readout"]["targets"] == 1);
    CHECK(!fitted["readout"].contains("classes"));
    CHECK(describe::to_cpp(fitted).find("struct Fitted : regressor<network<") != std::string::npos);
    CHECK(describe::to_cpp(fitted).find(", targets<1>, hidden<7>") != std::string::npos);
    CHECK(comes_back<Pair>());
    CHECK(comes_back<Top>());
    CHECK(comes_back<presets::spatial_1e1i1a<10>>());
    CHECK(comes_back<presets::spatial_4h1a_v2<10>>());
    CHECK(comes_back<presets::spatial_big_1h2af<10>>());
    CHECK(comes_back<presets::pyr_pv_sst_vip<input<1, 28, 28>, 16, 8, 32>>());
}

TEST_CASE("every entry of a description is read") {
    const auto told = describe::to_json<Coded>();
    int entries = 0;
    const auto flat = told.flatten();
    for (const auto& [path, value] : flat.items()) {
        if (path.starts_with("/reference") || path == "/kind") continue;
        INFO(path);
        auto other = told;
        other[json::json_pointer(path)] = json{{"neither", "word"}};
        CHECK_THROWS_AS(describe::read(other), usage_error);
        ++entries;
    }
    CHECK(entries > 200);
}

TEST_CASE("what is no description is refused with its place") {
    CHECK_THROWS_WITH(describe::read(json::parse("[]")), "the description is array; give an object");
    CHECK(
        refusal("/cell_types", json::array()).starts_with("this describes a connectome, and networks of areas alone"));
    CHECK(refusal_without("", "areas") == "the description has no \"areas\"; add it");
    CHECK(refusal_without("/areas/0/neuron_types/1", "signed_rates") ==
          "/areas/0/neuron_types/1 (\"PV\") has no \"signed_rates\"; add it");
    CHECK(refusal("/areas/0/input/channels", "3") ==
          "/areas/0/input/channels is \"3\"; give a whole number from 0 to 1000000");
    for (const json& number : {json(-1), json(2.5), json(1e9), json(4294967297), json(18446744073709551615U), json()})
        CHECK(refusal("/areas/0/input/channels", number).ends_with("; give a whole number from 0 to 1000000"));
    CHECK(refusal("/areas/0/neuron_types/0/density", "quarter") ==
          "/areas/0/neuron_types/0/density is \"quarter\"; give one of full, half");
    CHECK(refusal("/areas/0/neuron_types/0/tau/initial", "slow") ==
          "/areas/0/neuron_types/0/tau/initial is \"slow\"; give a number, {\"uniform\": [low, high]} or {\"normal\": "
          "[mean, standard deviation]}");
    CHECK(refusal("/areas/0/neuron_types/0/name", "output") ==
          "/areas/0/neuron_types/0/name is \"output\"; give another name, since edges call something else so");
    CHECK(
        refusal("/areas/0/neuron_types/0/nonlinearity", {{"custom", "Squared"}}) ==
        "/areas/0/neuron_types/0/nonlinearity is code, Squared, which a description doesn't hold; declare the network "
        "in C++, or name another nonlinearity");
    CHECK_THROWS_AS(describe::read(describe::to_json<Everything>()), usage_error);
    CHECK(refusal("/areas/0/edges/0/to", "SST") == "/areas/0/edges/0/to is \"SST\"; give one of Pyr8, PV, Mix, output");
    CHECK(refusal("/areas/1/edges/0/from", "top_down") ==
          "/areas/1/edges/0/from is \"top_down\"; give one of stimulus, Lin");
    CHECK(
        refusal("/areas/0/edges/1/to", "Pyr8") ==
        "/areas/0/edges/1 (\"stimulus\" to \"Pyr8\") is /areas/0/edges/0 (\"stimulus\" to \"Pyr8\") again; remove one");
    CHECK(refusal("/feedback/0/from", "V9") == "/feedback/0/from is \"V9\"; give one of Bottom, High, Top");
}

TEST_CASE("what breaks a rule of declarations is refused with its place") {
    const auto starts = [](const std::string& text, std::string_view start) {
        INFO(text);
        CHECK(text.starts_with(start));
    };
    CHECK(refusal("/areas/0/neuron_types/1/subtypes", 0) ==
          "/areas/0/neuron_types/1 (\"PV\") has no subtypes; give at least 1");
    starts(refusal("/areas/0/neuron_types/1/name", "Mix"), "/areas/0/neuron_types/1 (\"Mix\") has the name of a later");
    starts(refusal("/areas/0/neuron_types/0/tau/initial", 0.5),
           "/areas/0/neuron_types/0 (\"Pyr8\") has time constants");
    starts(refusal("/areas/0/neuron_types/0/tau/initial/uniform/1", 1), "/areas/0/neuron_types/0 (\"Pyr8\") draws");
    starts(refusal("/areas/0/neuron_types/0/nonlinearity", {"tanh"}), "/areas/0/neuron_types/0 (\"Pyr8\") is excit");
    starts(refusal("/areas/0/neuron_types/1/initial_state", "normal"), "/areas/0/neuron_types/1 (\"PV\") is excit");
    starts(refusal("/areas/0/neuron_types/2/signed_rates", true), "/areas/0/neuron_types/2 (\"Mix\") is hybrid");
    starts(refusal("/areas/0/neuron_types/2/nonlinearity", {"relu", "none"}),
           "/areas/0/neuron_types/2/nonlinearity has \"none\" in a chain");
    starts(refusal("/areas/0/neuron_types/2/nonlinearity", {"relu", "relu", "relu", "relu", "relu"}),
           "/areas/0/neuron_types/2/nonlinearity chains more");
    starts(refusal("/areas/0/neuron_types", json::array()), "/areas/0 (\"Bottom\") has no neuron types");
    starts(refusal("/areas/0/input/size/0", 0), "/areas/0 (\"Bottom\") has an empty input");
    starts(refusal("/areas/0/input/size/0", 1), "/areas/0/neuron_types/1 (\"PV\") has half density");
    starts(refusal("/areas/0/output/channels", 0), "/areas/0 (\"Bottom\") has an output without channels");
    starts(refusal("/areas/0/feedback/channels", 0), "/areas/0 (\"Bottom\") has feedback without channels");
    starts(refusal("/areas/0/feedback/initial", "normal"), "/areas/0 (\"Bottom\") has feedback that is");
    starts(refusal("/areas/1/edges", json::array()), "/areas/1 (\"High\") has no edge to its output");
    starts(refusal("/areas/1/edges/0/from", "Lin"), "/areas/1/edges/1 (\"Lin\" to \"Lin\") is /areas/1/edges/0");
    starts(refusal("/areas/2/edges/1/to", "output"), "/areas/2/neuron_types/1 (\"E\") ");
    starts(refusal("/areas/0/edges/2/extent", {0, 3}), "/areas/0/edges/2 (\"stimulus\" to \"Mix\") has an extent of 0");
    starts(refusal("/areas/0/edges/2/extent", {3, 2}), "/areas/0/edges/2 (\"stimulus\" to \"Mix\") has an even extent");
    starts(refusal("/areas/0/edges/2/extent", {3, 9}),
           "/areas/0/edges/2 (\"stimulus\" to \"Mix\") has an extent larger");
    starts(refusal("/areas/0/edges/2/groups", 0), "/areas/0/edges/2 (\"stimulus\" to \"Mix\") has no channel groups");
    starts(refusal("/areas/0/edges/2/groups", 2), "/areas/0/edges/2 (\"stimulus\" to \"Mix\") has groups that don't");
    starts(refusal("/areas", json::array()), "the description has no areas");
    starts(refusal("/areas/1/name", "Top"), "/areas/1 (\"Top\") has the name of a later area");
    starts(refusal("/areas/1/output/channels", 4), "/areas/1 (\"High\") has an output of other channels");
    starts(refusal("/area_delay", 2), "the description has an area_delay");
    starts(refusal("/feedback/0/from", "Bottom"), "/feedback/0 (\"Bottom\" to \"Bottom\") goes to the same");
    starts(refusal("/feedback/1", describe::to_json<Coded>()["feedback"][0]),
           "/feedback/1 (\"High\" to \"Bottom\") con");
    starts(refusal("/feedback/1/to", "High"),
           "/feedback/1 (\"Top\" to \"High\") goes to an area whose feedback is null");
    starts(refusal("/feedback", json::array()), "/areas/0 (\"Bottom\") hears feedback, but none");
    starts(refusal("/feedback/0/extent", {11, 1}), "/feedback/0 (\"High\" to \"Bottom\") has an extent larger");
    starts(refusal("/readout/classes", 1), "/readout has fewer than 2 classes");
    starts(refusal("/readout/targets", 0), "/readout has no targets");
    starts(refusal("/readout/hidden", 0), "/readout has no hidden units");
    starts(refusal("/readout/dropout", 1), "/readout has a dropout");
    starts(refusal("/readout/pool_size", {0, 1}), "/readout pools to nothing");
    starts(refusal("/readout/pool_size", {9, 1}), "/readout pools to more");
    // Sizes whose products no integer holds.
    starts(refusal("/areas/0/input/size", {1'000'000, 1'000'000}),
           "/areas/0 (\"Bottom\") has a state of more than 2^31");
    starts(refusal(
               "/readout",
               {{"classes", 1'000'000}, {"hidden", 1'000'000}, {"dropout", 0}, {"pool", "max"}, {"pool_size", {1, 1}}}),
           "the description has readout.4.weight of more than 2^31 numbers");
}

TEST_CASE("a description in a file") {
    const test::temp_folder folder;
    const auto path = folder / "net.json";
    std::ofstream(path) << describe::to_json<Digits>().dump(2);
    CHECK(same_plan(describe::read_file(path).network(), plan_of<Digits>));
    std::ofstream(path) << "{\"name\": }";
    CHECK_THROWS_AS(describe::read_file(path), file_error);
    CHECK_THROWS_WITH(describe::read_file(path), path.string() + ": is no JSON from byte 10 on; write it anew");
    std::ofstream(path) << R"({"areas": [{"name": "V1", "name": "V2"}]})";
    CHECK_THROWS_WITH(describe::read_file(path),
                      path.string() + ": has the key 'name' twice in one object; remove one");
    std::ofstream(path) << "{}";
    CHECK_THROWS_WITH(describe::read_file(path), path.string() + ": the description has no \"feedback\"; add it");
    CHECK_THROWS_AS(describe::read_file(folder / "none.json"), file_error);
}

}  // namespace describe_read_test
