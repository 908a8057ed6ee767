// A network as JSON, and a declaration from it that gives the same plan.

#include "catch.hpp"
#include "describe/connectomes.hpp"
#include "temp_folder.hpp"
#include "view/networks.hpp"

#include <cortexpr/describe/declaration.hpp>
#include <cortexpr/describe/describe.hpp>
#include <cortexpr/error.hpp>

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>

namespace describe_describe_test {

using namespace cortexpr;
using namespace view_test;
using json = nlohmann::ordered_json;

namespace {

/// Whether a file that declares the network anew, in a namespace of its own, compiles to the same plan.
bool compiles_to_the_same(const std::string& declaration, const std::string& name) {
    const auto path = CORTEXPR_TEST_TEMP_DIR "/declared_" + name + ".cpp";
    std::ofstream(path) << "#include \"view/networks.hpp\"\n#include \"describe/connectomes.hpp\"\n"
                        << "#include \"describe/same_plan.hpp\"\n"
                        << "namespace rebuilt {\nusing namespace cortexpr;\nusing view_test::Squared;\n"
                        << declaration << "}\nstatic_assert(view_test::same_plan(cortexpr::plan_of<rebuilt::" << name
                        << ">, cortexpr::plan_of<view_test::" << name << ">));\n";
    return std::system((CORTEXPR_CHECK_COMMAND " -I" CORTEXPR_SOURCE_DIR "/tests/unit " + path + " 2> " + path + ".log")
                           .c_str()) == 0;
}

/// Changes one entry: a number, a flag or a word that isn't there otherwise.
void change(json& entry) {
    if (entry.is_boolean()) {
        entry = !entry.get<bool>();
    } else if (entry.is_number_integer()) {
        entry = entry.get<int>() + 2;
    } else if (entry.is_number()) {
        entry = entry.get<double>() + 0.25;
    } else if (entry.is_string()) {
        entry = entry.get<std::string>() + "x";
    }
}

}  // namespace

TEST_CASE("what a description says") {
    const auto told = describe::to_json<Everything>();
    CHECK(told["name"] == "Everything");
    CHECK(told["kind"] == "classifier");
    CHECK(describe::to_json<Pair>()["kind"] == "network");
    CHECK(describe::to_json<Pair>()["readout"].is_null());
    const auto& low = told["areas"][0];
    CHECK(low["input"] == json{{"channels", 3}, {"size", {9, 7}}, {"class", "excitatory"}});
    CHECK(low["feedback"] == json{{"channels", 2}, {"class", "inhibitory"}, {"initial", "ones"}});
    CHECK(low["neuron_types"][0]["nonlinearity"] == json{{"custom", "Squared"}});
    CHECK(low["neuron_types"][0]["tau"] ==
          json{{"mode", "per_subtype_spatial"}, {"initial", {{"uniform", {1.5, 6.0}}}}});
    CHECK(low["neuron_types"][1]["density"] == "half");
    CHECK(low["neuron_types"][2]["nonlinearity"] == json::array({"softplus", "hard_tanh"}));
    CHECK(low["edges"].size() == 12);
    CHECK(low["edges"][11] == json{{"from", "Mix"},
                                   {"to", "output"},
                                   {"extent", {1, 1}},
                                   {"groups", 2},
                                   {"bias", false},
                                   {"nonlinearity", json::array()}});
    CHECK(told["areas"][1]["feedback"].is_null());
    CHECK(told["feedback"][0] ==
          json{{"from", "High"}, {"to", "Low"}, {"extent", {5, 1}}, {"bias", false}, {"nonlinearity", json::array()}});
    CHECK(told["readout"] ==
          json{{"classes", 3}, {"hidden", 7}, {"dropout", 0.25}, {"pool", "average"}, {"pool_size", {2, 3}}});
}

TEST_CASE("a network declared anew from its description has the same plan") {
    CHECK(compiles_to_the_same(describe::to_cpp(plan_of<Digits>), "Digits"));
    CHECK(compiles_to_the_same(describe::to_cpp(plan_of<Everything>), "Everything"));
    CHECK(compiles_to_the_same(describe::to_cpp(plan_of<Pair>), "Pair"));
    CHECK(compiles_to_the_same(describe::to_cpp(plan_of<Low>), "Low"));
    // Through text, as a file would hold it.
    CHECK(compiles_to_the_same(describe::to_cpp(json::parse(describe::to_json<Everything>().dump())), "Everything"));
    // And the comparison tells networks apart.
    auto other = describe::to_json<Digits>();
    other["areas"][0]["edges"][3]["bias"] = false;
    CHECK(!compiles_to_the_same(describe::to_cpp(other), "Digits"));
}

TEST_CASE("every entry of a description is read by what makes a declaration of it") {
    const auto told = describe::to_json<Everything>();
    const auto text = describe::to_cpp(told);
    int changed = 0;
    const auto flat = told.flatten();
    for (const auto& [path, value] : flat.items()) {
        if (path.starts_with("/reference") || path == "/kind" || value.is_structured() || value.is_null()) continue;
        auto other = told;
        change(other[json::json_pointer(path)]);
        INFO(path);
        std::string rebuilt = "refused";  // as is an edge that names no neuron type
        try {
            rebuilt = describe::to_cpp(other);
        } catch (const usage_error&) {}
        CHECK(rebuilt != text);
        ++changed;
    }
    CHECK(changed > 200);
}

TEST_CASE("what is no description of a network is refused in a sentence") {
    CHECK_THROWS_WITH(describe::to_cpp(json::parse("[]")),
                      Catch::Matchers::StartsWith("this is no description of a network: "));
    auto told = describe::to_json<Digits>();
    told["areas"][0]["edges"][0]["to"] = "PV";
    CHECK_THROWS_WITH(describe::to_cpp(told), "an edge of area \"V1\" names \"PV\", which is none of its neuron types");
    told = describe::to_json<Digits>();
    told["areas"][0]["edges"][0]["from"] = "top_down";
    CHECK_THROWS_WITH(describe::to_cpp(told), "an edge of area \"V1\" comes from top_down, but its feedback is null");
    told = describe::to_json<Digits>();
    told["areas"][0]["neuron_types"][1]["density"] = "quarter";
    CHECK_THROWS_WITH(describe::to_cpp(told),
                      "neuron type \"I\" has density \"quarter\"; there are \"full\" and \"half\"");
}

TEST_CASE("names that are no identifiers become ones, and distinct names stay distinct") {
    auto told = describe::to_json<Low>();
    const auto named = [&](const std::string& name) {
        told["name"] = told["areas"][0]["name"] = name;
        const auto text = describe::to_cpp(told);
        const auto end = text.find(" : area<");
        return text.substr(text.rfind(' ', end - 1) + 1, end - text.rfind(' ', end - 1) - 1);
    };
    CHECK(named("low<3>") == "low_u003C_3_u003E_");
    CHECK(named("low-3-") != named("low<3>"));
    CHECK(named("class") == "class_");
    CHECK(named("3rd") == "_3rd");
    CHECK(named("\xF0\x9F\xA7\xA0") == "_u1F9E0_");    // a brain
    CHECK(named("R\xC3\xA9seau") == "R\xC3\xA9seau");  // C++ takes letters of all scripts
    CHECK(named("\xCE\xB1") != named("\xCE\xB2"));
    CHECK(named("\xCE") == "_u00CE_");  // no UTF-8
}

TEST_CASE("what the reference's arguments cannot say is said beside them") {
    CHECK(describe::reference_arguments(plan_of<Digits>)["differences"].empty());
    const auto differences = describe::reference_arguments(plan_of<Everything>)["differences"];
    CHECK(differences.size() == 9);
    CHECK(differences[0] ==
          "the types of Low start from different states, for which the reference has one name an area");
    CHECK(differences[8] == "the feedback from High to Low has no bias; the reference's always has one");
}

TEST_CASE("what a description says of a connectome") {
    const auto told = describe::to_json<Sides>();
    CHECK(told["name"] == "Sides");
    CHECK(told["kind"] == "classifier");
    CHECK(told["weights"] == "scaled_counts");
    REQUIRE(told["cell_types"].size() == 3);
    CHECK(told["cell_types"][0]["tau"].is_null());
    CHECK(told["cell_types"][1]["class"] == "inhibitory");
    CHECK(told["cell_types"][1]["nonlinearity"] == json{"relu"});
    CHECK(told["cell_types"][1]["tau"] == json{{"mode", "per_type"}, {"initial", 2.0}});
    CHECK(told["cell_types"][2]["bias"] == json{{"mode", "per_type"}, {"initial", 0.25}});
    CHECK(told["synapses"].size() == 3);
    CHECK(told["synapses"][2] == json{{"from", "Medulla"}, {"to", "Lamina"}});
    CHECK(told["stimulus"]["kind"] == "dense");
    CHECK(told["stimulus"]["size"] == 5);
    CHECK(told["stimulus"]["cell_types"] == json{"Eye"});
    CHECK(told["output"]["size"].is_null());
    CHECK(told["readout"] == json{{"classes", 2}, {"hidden", 6}, {"dropout", told["readout"]["dropout"]}});
    const auto whole = describe::to_json<Whole>();
    CHECK(whole["kind"] == "connectome");
    CHECK(whole["synapses"] == "as_in_the_file");
    CHECK(whole["output"]["cell_types"] == "all_cells");
    CHECK(whole["readout"].is_null());
}

TEST_CASE("a connectome's description is a declaration that gives the same plan") {
    CHECK(compiles_to_the_same(describe::to_cpp(plan_of<Sides>), "Sides"));
    CHECK(compiles_to_the_same(describe::to_cpp(plan_of<Pathway>), "Pathway"));
    CHECK(compiles_to_the_same(describe::to_cpp(plan_of<Whole>), "Whole"));
    CHECK(compiles_to_the_same(describe::to_cpp(json::parse(describe::to_json<Bearing>().dump())), "Bearing"));
    for (const char* change : {"/weights", "/cell_types/1/rectified", "/cell_types/2/bias/initial", "/output/size",
                               "/readout/hidden", "/cell_types/1/tau/initial/uniform/1"}) {
        auto other = describe::to_json<Bearing>();
        auto& entry = other[json::json_pointer(change)];
        entry = entry.is_string() ? json("frozen") : entry.is_boolean() ? json(false) : json(entry.get<double>() + 1);
        CHECK(!compiles_to_the_same(describe::to_cpp(other), "Bearing"));
    }
    auto told = describe::to_json<Sides>();
    told["synapses"][0]["to"] = "Lobula";
    CHECK_THROWS_WITH(describe::to_cpp(told), "connectome \"Sides\" names \"Lobula\", which is none of its cell types");
    told = describe::to_json<Sides>();
    told.erase("stimulus");
    CHECK_THROWS_WITH(describe::to_cpp(told), Catch::Contains("this is no description of a network"));
}

}  // namespace describe_describe_test
