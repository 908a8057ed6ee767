// Sweeps: which runs a file describes, and what is told of files that describe none.

#include "app/sweep_plan.hpp"

#include "temp_folder.hpp"

#include <cmath>
#include <set>

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <catch.hpp>

namespace app_sweep_plan_test {

using namespace cortexpr;
using namespace cortexpr::application;

namespace {

struct known_settings {
    known_settings() { add_settings(command, given, {}); }
    CLI::App command{};
    given_settings given{};
};

sweep_plan sweep_of(std::string_view text, const std::vector<setting_value>& more = {}) {
    const test::temp_folder folder;
    const known_settings known;
    test::put(folder / "rates.toml", text);
    return read_sweep(folder / "rates.toml", known.given, more);
}

std::string refusal(std::string_view text) {
    return test::message_of<std::exception>([&] { sweep_of(text); });
}

std::vector<std::string> names(const sweep_plan& plan) {
    std::vector<std::string> all;
    for (const auto& run : plan.runs) all.push_back(run.name);
    return all;
}

double drawn(const sweep_run& run, const std::string& key) {
    for (const auto& [name, value] : run.varied)
        if (name == key) return std::stod(value);
    FAIL("no " << key);
    return 0;
}

}  // namespace

TEST_CASE("a grid has every combination, the last setting fastest", "[sweep_plan]") {
    const auto plan = sweep_of(
        "folder = \"sweeps/x\"\n[settings]\nepochs = 3\nseed = 9\n[grid]\noptimiser = [\"adam\", \"sgd\"]\nseed = [0, "
        "1]\n");
    CHECK(plan.folder == "sweeps/x");
    CHECK(names(plan) == std::vector<std::string>{"optimiser=adam,seed=0", "optimiser=adam,seed=1",
                                                  "optimiser=sgd,seed=0", "optimiser=sgd,seed=1"});
    // What varies stands in the place of what all runs are told.
    CHECK(plan.runs[1].settings == "epochs = \"3\"\noptimiser = \"adam\"\nseed = \"1\"\n");
    CHECK(sweep_of("[grid]\nseed = [0]\n").folder == "runs/rates");
}

TEST_CASE("values whose names are one as a folder are runs of their own", "[sweep_plan]") {
    const auto plan = sweep_of("folder = \"x\"\n[grid]\ndata = [\"x/d\", \"x_d\", \"x_d\"]\n");
    CHECK(names(plan) == std::vector<std::string>{"data=x_d", "data=x_d-2"});
    CHECK(plan.runs[0].varied.front().second == "x/d");
    CHECK(plan.runs[1].varied.front().second == "x_d");
}

TEST_CASE("a command line's settings replace the file's", "[sweep_plan]") {
    const auto plan = sweep_of("[settings]\nepochs = 3\n[grid]\nseed = [0]\n", {{"epochs", "5", "here"}});
    CHECK(plan.runs[0].settings == "epochs = \"5\"\nseed = \"0\"\n");
    // One value for all runs, in the place of several.
    const std::string varied = "[random]\ndraws = 5\nlearning_rate = [0.1, 0.2]\n[grid]\nseed = [0, 1]\n";
    CHECK(names(sweep_of(varied, {{"seed", "3"}, {"learning_rate", "0.3"}})) == std::vector<std::string>{"run"});
    CHECK(sweep_of(varied, {{"seed", "3"}, {"learning_rate", "0.3"}}).runs[0].settings ==
          "seed = \"3\"\nlearning_rate = \"0.3\"\n");
    CHECK(test::message_of<usage_error>([&] {
              sweep_of(varied, {{"seed", "3"}, {"seed", "4"}});
          }) == "seed is given twice");
}

TEST_CASE("draws are the same each time, in their ranges, and combined with the grid", "[sweep_plan]") {
    const std::string text =
        "[random]\ndraws = 40\ndraw_seed = 3\nlearning_rate = { from = 1e-4, to = 1e-1, log = true }\n"
        "batch_size = { from = 2, to = 4 }\nweight_decay = [0, 0.5]\n[grid]\nseed = [0, 1]\n";
    const auto plan = sweep_of(text);
    REQUIRE(plan.runs.size() == 80);
    CHECK(names(plan) == names(sweep_of(text)));
    std::set<double> batches, decays;
    int below = 0;
    for (const auto& run : plan.runs) {
        const double rate = drawn(run, "learning_rate");
        CHECK((rate >= 1e-4 && rate <= 1e-1));
        below += rate < std::sqrt(1e-4 * 1e-1) ? 1 : 0;
        batches.insert(drawn(run, "batch_size"));
        decays.insert(drawn(run, "weight_decay"));
    }
    CHECK((below > 20 && below < 60));  // evenly over the logarithm
    CHECK(batches == std::set<double>{2, 3, 4});
    CHECK(decays == std::set<double>{0, 0.5});
    const auto another = sweep_of("[random]\ndraws = 1\ndraw_seed = 4\nlearning_rate = { from = 0.5, to = 1 }\n");
    CHECK(names(another) != names(sweep_of("[random]\ndraws = 1\nlearning_rate = { from = 0.5, to = 1 }\n")));
    // What is drawn twice is one run.
    CHECK(sweep_of("[random]\ndraws = 50\nseed = [0, 1]\n").runs.size() == 2);
}

TEST_CASE("long values give names that a file system holds, each of its own", "[sweep_plan]") {
    const std::string begin(300, 'a');
    const auto plan = sweep_of(fmt::format("[grid]\ndata = [\"{0}1\", \"{0}2\", \"x\"]\n", begin));
    CHECK(names(plan) ==
          std::vector<std::string>{"data=" + begin.substr(0, 195), "data=" + begin.substr(0, 195) + "-2", "data=x"});
    std::string letters;
    for (int i = 0; i < 150; ++i) letters += "\u00e4";  // of two bytes: none is cut in two
    CHECK(names(sweep_of(fmt::format("[grid]\ndata = [\"{}\"]\n", letters))).front() ==
          "data=" + letters.substr(0, 194));
}

TEST_CASE("a sweep that can't be is refused with its line", "[sweep_plan]") {
    const auto is_told = [](std::string_view text, std::string_view part) {
        const auto message = refusal(text);
        INFO(text << " gives " << message);
        CHECK(test::contains(message, part));
    };
    is_told("[grid]\nseed = 1\n", "line 2: seed takes a list of the values to try");
    is_told("[grid]\nseed = []\n", "line 2: seed takes a list");
    is_told("epochs = 3\n[grid]\nseed = [1]\n", "line 1: a sweep has a folder");
    is_told("epochs = 3\n[made_with]\ncortexpr = \"0.1.0\"\n", "rates.toml: has no table of a sweep");
    is_told("", "rates.toml: is empty; a sweep has the tables [settings], [grid] and [random]");
    is_told("epochs = 3\n", "the settings of one run are given as train --settings /");
    is_told("[random]\nseed = [1]\n", "[random] needs draws");
    is_told("[random]\ndraws = 3\n", "[random] needs draws");
    is_told("[random]\ndraws = 0\nseed = [1]\n", "line 2: draws is not a whole number from 1 to 100000");
    is_told("[random]\ndraws = 3\nlearning_rate = 0.1\n", "line 3: learning_rate is drawn from a list");
    is_told("[random]\ndraws = 3\nlearning_rate = { from = 2, to = 1 }\n", "line 3: learning_rate is drawn from");
    is_told("[random]\ndraws = 3\nlearning_rate = { from = 0, to = 1, log = true }\n", "line 3: the logarithm of 0");
    for (const auto* log : {"1", "\"true\"", "[]"})
        is_told(fmt::format("[random]\ndraws = 3\nlearning_rate = {{ from = 0.1, to = 1, log = {} }}\n", log),
                "line 3: log of learning_rate is neither true nor false");
    is_told("[random]\ndraws = 3\nlearning_rate = { from = 0.1, to = 1, lgo = true }\n",
            "line 3: learning_rate is drawn from a range of from, to and log, which has no 'lgo'");
    for (const auto* folder : {"3", "\"\"", "[]"})
        is_told(fmt::format("folder = {}\n[grid]\nseed = [0]\n", folder), "line 1: folder is no name of one");
    is_told("[grid]\nseed = [0]\n[random]\ndraws = 1\nseed = [1]\n", "line 5: seed stands in [grid], too");
    // A value that no run can take is found before the first of them.
    is_told("[random]\ndraws = 3\nlearning_rate = { from = -2, to = -1 }\n", "line 3: learning_rate: ");
    is_told("[settings]\nepochs = -3\n[grid]\nseed = [0]\n", "line 2: epochs: ");
    is_told("[random]\ndraws = 3\nlearning_rat = { from = 1, to = 2 }\n", "line 3: there is no setting 'learning_rat'");
    is_told("[grid]\nlearning_rat = [0.1]\n", "line 2: there is no setting 'learning_rat'; the nearest is");
    is_told("[grid]\noptimiser = [\"adam\", \"adamm\"]\n", "line 2: optimiser: ");
    std::string many = "[0";
    for (int i = 1; i < 400; ++i) many += fmt::format(", {}", i);
    is_told(fmt::format("[grid]\nseed = {}]\nwarm_up = {}]\n", many, many), "more than 100000 runs");
}

TEST_CASE("a file of a run is no sweep", "[sweep_plan]") {
    const test::temp_folder folder;
    const known_settings known;
    for (const auto* name : {"model.safetensors", "checkpoint.safetensors", "curves.csv", "summary.json"}) {
        test::put(folder / name, "[grid]\nseed = [0]\n");
        const auto told = [&] {
            return test::message_of<file_error>([&] { read_sweep(folder / name, known.given, {}); });
        };
        test::put(folder / "settings.toml", "epochs = 3\n");
        CHECK(told() == (folder / name).string() + ": is a file of a run, and no sweep");
        std::filesystem::remove(folder / "settings.toml");
        CHECK_FALSE(test::contains(told(), "is a file of a run"));  // by its name alone
    }
}

TEST_CASE("a large sweep is read at once, and one that is too large is refused", "[sweep_plan]") {
    std::string seeds;
    for (int seed = 0; seed < 300; ++seed) seeds += fmt::format("{}{}", seed > 0 ? "," : "", seed);
    const auto plan = sweep_of("[grid]\nseed = [" + seeds + "]\nepochs = [" + seeds.substr(2) + "]\n");
    CHECK(plan.runs.size() == 300 * 299);  // takes minutes where each run is compared with all others
    CHECK_THAT(
        refusal("[random]\ndraws = 500\nlearning_rate = { from = 1e-4, to = 1e-1 }\n[grid]\nseed = [" + seeds + "]\n"),
        Catch::Contains("more than 100000 runs"));
    const auto named = sweep_of("[grid]\nperturb = [\"x/d\", \"x_d\", \"x\\\\d\"]\n");
    CHECK(std::set<std::string>{named.runs[0].name, named.runs[1].name, named.runs[2].name}.size() == 3);
}

}  // namespace app_sweep_plan_test
