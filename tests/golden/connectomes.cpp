// The reference's recorded sparse and connectome networks: outputs, states, loss, gradients, what a forward pass
// projects, and three steps of Adam.

#include "catch.hpp"
#include "executors/emulated_kernels.hpp"
#include "recorded/connectome_run.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr::golden {

namespace {

/// visit(name, run) for each recorded network whose nonlinearities have names; how many were visited, or none where
/// nothing is recorded. It returns whether it took the run.
template <class Visit>
std::optional<int> for_each_recorded(Visit visit) {
    const std::filesystem::path folder = CORTEXPR_CONNECTOME_GOLDEN_DIR;
    if (!std::filesystem::exists(folder)) {
        WARN("skipped: no recorded connectomes in " << folder.string());
        return std::nullopt;
    }
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().stem().string();
        if (entry.path().extension() != ".json" || name.starts_with("linear_")) continue;
        if (visit(name, *recorded::find_run(folder, name))) ++cases;
    }
    return cases;
}

}  // namespace

TEST_CASE("recorded connectomes, in float32 on the kernels of a GPU, which run on the CPU in its position") {
    const auto cases = for_each_recorded([](const std::string& name, const recorded::recorded_run& run) {
        if (recorded::is_continuous(run)) return false;
        INFO(name);
        const test::emulated_kernels kernels;
        recorded::connectome_replay ours(run, executor::planned, at::kFloat);
        ours.compare_run();
        CHECK(ours.compared() >= 4);
        CHECK(test::emulated_kernels::calls().cell_steps > 0);
        CHECK(test::emulated_kernels::calls().cell_adjoints > 0);
        return true;
    });
    if (cases) CHECK(*cases == 32);
}

TEST_CASE("recorded connectomes") {
    const auto cases = for_each_recorded([](const std::string& name, const recorded::recorded_run& run) {
        const auto executors = recorded::is_continuous(run) ? std::vector{executor::planned}
                                                            : std::vector{executor::transparent, executor::planned};
        for (const auto with : executors) {
            INFO(name << ", " << name_of(with));
            recorded::connectome_replay ours(run, with);
            ours.compare_run();
            ours.compare_training();
            CHECK(ours.compared() >= 4);
        }
        return true;
    });
    if (cases) CHECK(*cases == 43);
}

}  // namespace cortexpr::golden
