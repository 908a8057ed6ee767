// The page of a run.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"
#include "workbench/circuit.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/workbench/report.hpp>

namespace workbench_report_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("reports: what of a run is there, and nothing from elsewhere") {
    const temp_folder folder;
    const auto run = folder / "run<1>";
    std::filesystem::create_directory(run);
    CHECK(is_sentence_about(message_of<file_error>([&] { workbench::report_page(plan_of<Tiny>, run); }), run));
    put(run / "summary.json", R"({"network": "Tiny", "settings": {"steps": 3, "learning_rate": 0.001, "data": "a & b"},
                                  "versions": {"cortexpr": "9.8.7"}, "test_accuracy": 0.5, "iterations": 12345, "finished": false})");
    const auto page = workbench::report_page(plan_of<Tiny>, run);
    for (const auto* words : {"Tiny: run&lt;1&gt;", "50.00 %", "12,345", "no, interrupted", "a &amp; b", "9.8.7",
                              "<h2>Network</h2>", "<h2>Plan</h2>"})
        CHECK(contains(page, words));
    for (const auto* words : {"<h2>Weights</h2>", "<h2>Learning</h2>", "http", "<script"})
        CHECK_FALSE(contains(page, words));
    CHECK(contains(page, "3 steps, of which the answer is read"));
    put(run / "summary.json", R"({"network": "Tiny", "settings": {"steps": 3, "loss_all_steps": true}})");
    CHECK(contains(workbench::report_page(plan_of<Tiny>, run), "3 steps, of which every step's answer is read"));
    const auto net = make<Tiny>({});
    net->save((run / "model.safetensors").string());
    put(folder / "p.json",
        R"({"network": "Tiny", "models": ["a&b.pt"], "data": "digits", "images": 1234, "steps": 3,
            "perturbations": [{"perturbation": "cut a<b", "types": {"V1.E": {"rate": {"mean": 0.25}}}}]})");
    const auto more = workbench::report_page(plan_of<Tiny>, run, {folder / "p.json"});
    CHECK(contains(more, "<h2>Weights</h2>"));
    CHECK(contains(more, "cut a&lt;b"));
    CHECK(contains(more, "V1.E 0.25"));
    CHECK(contains(
        more, "Tiny of a&amp;b.pt, 1,234 images of digits, 3 steps"));  // which may be another model than the run's
    CHECK_THROWS_AS(workbench::report_page(plan_of<Two>, run), usage_error);
    const auto told = [&](const char* summary) {
        put(run / "summary.json", summary);
        const auto message = message_of<file_error>([&] { workbench::report_page(plan_of<Tiny>, run); });
        CHECK(is_sentence_about(message, run / "summary.json"));
        return message;
    };
    CHECK(contains(told(R"({"network": 3})"), "says '3' of network, where a text was expected"));
    for (const auto* changed : {R"("seconds": "long")", R"("test_accuracy": [1])"})
        CHECK(contains(told((std::string(R"({"network": "Tiny", )") + changed + "}").c_str()),
                       "where a number was expected"));
    for (const auto* changed : {R"("settings": null)", R"("versions": [])"})
        CHECK(contains(told((std::string(R"({"network": "Tiny", )") + changed + "}").c_str()),
                       "where an object was expected"));
    for (const auto* steps : {"0", "-1", "1e300", "1.5", "\"3\"", "5000000000"})
        CHECK(contains(told((std::string(R"({"network": "Tiny", "settings": {"steps": )") + steps + "}}").c_str()),
                       "of steps, where a whole number from 1 was expected"));
    put(run / "summary.json", R"({"network": "Tiny", "test_accuracy": null, "seconds": null})");
    CHECK_FALSE(contains(workbench::report_page(plan_of<Tiny>, run), "test accuracy"));
    put(run / "curves.svg", "no picture");
    CHECK(is_sentence_about(message_of<file_error>([&] { workbench::report_page(plan_of<Tiny>, run); }),
                            run / "curves.svg"));
    std::filesystem::remove(run / "curves.svg");
    put(folder / "none.json",
        R"({"images": 1, "steps": 3, "perturbations": [{"perturbation": "none", "types": {},
            "accuracy": {"mean": 1, "low": null, "high": null}}]})");
    CHECK(contains(workbench::report_page(plan_of<Tiny>, run, {folder / "none.json"}), "<td>none</td>"));
    put(folder / "q.json", R"({"perturbations": [{}]})");
    CHECK_THROWS_AS(workbench::report_page(plan_of<Tiny>, run, {folder / "q.json"}), file_error);
    CHECK_THROWS_AS(workbench::report_page(plan_of<Tiny>, run, {folder / "missing.svg"}), file_error);
}

TEST_CASE("reports: what is given in the place of a run's folder is told as what it is") {
    const temp_folder folder;
    const auto told = [&](const std::filesystem::path& run) {
        return message_of<file_error>([&] { workbench::report_page(plan_of<Tiny>, run); });
    };
    CHECK(contains(told(folder / "run"), "isn't there; give the folder of a training run"));
    std::filesystem::create_directory(folder / "run");
    CHECK(contains(told(folder / "run"), "holds no summary.json"));
    put(folder / "run/curves.csv", "x");
    CHECK(contains(told(folder / "run/curves.csv"), "is no folder; give that of a training run"));
    put(folder / "run/summary.json", R"({"network": "Tiny", "settings": {"steps": 3}})");
    const auto right = "is a file; give the folder of its run, " + (folder / "run").string();
    CHECK(contains(told(folder / "run/curves.csv"), right));
    CHECK(contains(told(folder / "run/summary.json"), right));
    CHECK(contains(
        message_of<file_error>([&] { workbench::report_page(plan_of<Tiny>, folder / "run", {folder / "nothing"}); }),
        "nothing: isn't there"));
}

TEST_CASE("reports: of a connectome") {
    const temp_folder folder;
    const auto run = folder / "run";
    std::filesystem::create_directory(run);
    put(run / "summary.json", R"({"network": "Sides", "settings": {"steps": 3}, "test_accuracy": 0.5})");
    const auto data = pathway();
    make<Sides>(data)->save((run / "model.safetensors").string());
    const auto page = workbench::report_page(plan_of<Sides>, data, run);
    for (const auto* words :
         {"Sides: run", "50.00 %", "<td>Medulla</td>", "9 neurons", "<h2>Network</h2>", "<h2>Weights</h2>"})
        CHECK(contains(page, words));
    for (const auto* words : {"<h2>Plan</h2>", "http", "<script"}) CHECK_FALSE(contains(page, words));
    CHECK_THROWS_AS(workbench::report_page(plan_of<Pathway>, data, run), usage_error);
    auto other = data;
    other.graph.synapses.weights.pop_back();
    other.graph.synapses.presynaptic.pop_back();
    other.graph.synapses.postsynaptic.pop_back();
    CHECK_THROWS_AS(workbench::report_page(plan_of<Sides>, other, run), file_error);
}

}  // namespace workbench_report_test
