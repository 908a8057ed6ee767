// What a run is estimated to take, and what is said where the machine hasn't got it.

#include "app/resources.hpp"

#include "temp_folder.hpp"
#include "train/networks.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/schedule/work/work.hpp>

#include <catch.hpp>

#include <cmath>
#include <filesystem>
#include <sstream>

namespace app_resources_test {

using namespace cortexpr;
using namespace cortexpr::application;
using Catch::Matchers::Contains;

TEST_CASE("bytes of many steps are those that the schedule counts", "[resources]") {
    const auto& network = plan_of<train_test::Small>;
    for (const bool is_sequence : {false, true})
        for (const int steps : {1, 2, 7, 8, 9, 40}) {
            const auto saved =
                plan::saved_bytes(plan::known_run(network, {.steps = steps, .is_sequence = is_sequence}));
            CHECK(bytes_of(network, {steps, 3, is_sequence, true}) == 3.0 * static_cast<double>(saved));
        }
    CHECK(bytes_of(network, {5, 3, false, false}) == 0);
}

TEST_CASE("a run that doesn't fit is refused with what does", "[resources]") {
    const auto& network = plan_of<train_test::Small>;
    const double image = bytes_of(network, {4, 1, false, true});
    const auto refusal = [&](double allowed, const run_size& size) {
        try {
            require_memory(network, size, allowed);
        } catch (const usage_error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK_THAT(refusal(image * 10, {4, 64, false, true}), Contains("--batch 10 or less fits"));
    CHECK_THAT(refusal(image / 2, {4, 64, false, true}), Contains("with --batch 1 fit"));
    CHECK(refusal(1e15, {4, 64, false, true}).empty());
    CHECK(allowed_bytes() > 1e6);
    CHECK(memory_advice(1, true) == "fewer --steps take less");
    CHECK(memory_advice(2, true) == "a smaller --batch takes less");
    CHECK(memory_advice({}, false) == "other programs may hold some of it");  // options that the command hasn't
}

TEST_CASE("the least limit of a process's control groups counts, of either version", "[resources]") {
    const test::temp_folder folder;
    const auto put = [&](const char* file, const char* text) {
        std::filesystem::create_directories((folder / file).parent_path());
        test::put(folder / file, text);
    };
    const auto limit = [&](const char* membership) {
        std::istringstream text(membership);
        return group_limit(text, folder.path());
    };
    put("memory.max", "max\n");
    put("slurm/memory.max", "3000000\n");
    put("slurm/job/memory.max", "max\n");
    put("memory/slurm/job/memory.limit_in_bytes", "2000000\n");
    CHECK(limit("0::/slurm/job\n") == 3e6);
    CHECK(limit("0::/slurm\n") == 3e6);
    CHECK(std::isinf(limit("0::/\n")));
    CHECK(limit("4:cpu,cpuacct:/slurm/job\n9:memory:/slurm/job\n0::/\n") == 2e6);
    CHECK(std::isinf(limit("4:cpu,cpuacct:/slurm/job\n")));
    CHECK(std::isinf(limit("")));
    CHECK(std::isinf(limit("no group")));
}

TEST_CASE("threads that the system starts are fine", "[resources]") {
    CHECK_NOTHROW(require_threads(1));
    CHECK_NOTHROW(require_threads(64));
}

}  // namespace app_resources_test
