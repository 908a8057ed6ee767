// Drawn networks of single cells, read from the files that were drawn for them and run as the reference ran them; and
// what the reference refuses of them.

#include "connectome_runs.hpp"

#include "catch.hpp"
#include "recorded/connectome_run.hpp"

#include <cortexpr/error.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace cortexpr::differential {

namespace {

std::vector<std::string> names_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

/// visit(run) for each of them, in a section of its own.
template <class Visit>
void for_each_run(const std::filesystem::path& folder, Visit visit) {
    const auto names = names_in(folder);
    REQUIRE_FALSE(names.empty());
    for (const auto& name : names) {
        DYNAMIC_SECTION(name) {
            const auto run = recorded::find_run(folder, name);
            REQUIRE(run);
            INFO("seed " << run->description["seed"] << ", index " << run->description["index"] << ", files "
                         << run->description["files"].dump());
            visit(*run);
        }
    }
}

void run_alone(const recorded::recorded_run& run, const std::filesystem::path& folder) {
    const recorded::recorded_connectome network(run, folder);
    network.bare_module(executor::planned, at::kDouble)
        ->run(run.tensors.at("input"), recorded::request_of(run, at::kDouble));
}

}  // namespace

TEST_CASE("drawn networks of single cells give the reference's numbers") {
    const std::filesystem::path folder = connectome_runs();
    for_each_run(folder, [&](const recorded::recorded_run& run) {
        struct how {
            executor with;
            at::ScalarType dtype;
        };
        std::vector<how> ways{{executor::planned, at::kDouble}};
        if (!recorded::is_continuous(run)) {
            ways.push_back({executor::transparent, at::kDouble});
            ways.push_back({executor::planned, at::kFloat});
        }
        for (const auto& [with, dtype] : ways) {
            INFO(name_of(with) << (dtype == at::kFloat ? ", float32" : ", float64"));
            recorded::connectome_replay ours(run, with, dtype, folder);
            ours.compare_run();
            if (dtype == at::kDouble) ours.compare_training();
            CHECK(ours.compared() >= 4);
        }
    });
}

TEST_CASE("what the reference refuses of networks of single cells is refused") {
    const std::filesystem::path folder = refused_connectomes();
    for_each_run(folder, [&](const recorded::recorded_run& run) {
        const auto& refused = run.description["refused"];
        INFO(refused["what"].get<std::string>() << "; the reference: " << refused["reference"].dump());
        if (!refused["ours"].get<bool>()) {
            INFO("agreed difference: " << refused["difference"].dump());
            CHECK_NOTHROW(run_alone(run, folder));
            return;
        }
        std::string message;
        try {
            run_alone(run, folder);
        } catch (const error& fault) {
            message = fault.what();
        }
        CHECK_FALSE(message.empty());
        CHECK(message.find('\n') == std::string::npos);
    });
}

}  // namespace cortexpr::differential
