#include "resources.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/schedule/work/work.hpp>

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <latch>
#include <limits>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace cortexpr::application {

namespace {

constexpr double gibibyte = 1024.0 * 1024 * 1024;

}  // namespace

double allowed_bytes() {
    double allowed = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
    for (const auto resource : {RLIMIT_AS, RLIMIT_DATA}) {
        rlimit limit{};
        if (::getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
            allowed = std::min(allowed, static_cast<double>(limit.rlim_cur));
    }
    std::ifstream membership("/proc/self/cgroup");
    return std::min(allowed, group_limit(membership, "/sys/fs/cgroup"));
}

double group_limit(std::istream& membership, const std::filesystem::path& mounted) {
    double least = std::numeric_limits<double>::infinity();
    const auto look_into = [&least](const std::filesystem::path& file) {
        double limit = 0;
        if (std::ifstream(file) >> limit) least = std::min(least, limit);  // "max" is no number
    };
    for (std::string line; std::getline(membership, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const auto controllers = ',' + line.substr(first + 1, second - first - 1) + ',';
        const bool is_second_version = controllers == ",,";
        if (!is_second_version && controllers.find(",memory,") == std::string::npos) continue;
        const auto hierarchy = is_second_version ? mounted : mounted / "memory";
        const auto* name = is_second_version ? "memory.max" : "memory.limit_in_bytes";
        // A container may see its own group as the root.
        for (auto group = std::filesystem::path(line.substr(second + 1)).relative_path();;
             group = group.parent_path()) {
            look_into(hierarchy / group / name);
            if (group.empty()) break;
        }
    }
    return least;
}

double bytes_of(const plan::network& network, const run_size& size) {
    if (!size.needs_gradient) return 0;
    const auto run = plan::shortened(network, {.steps = size.steps, .is_sequence = size.is_sequence});
    const auto image = static_cast<double>(plan::saved_bytes(plan::known_run(network, run)));
    return image * size.batch;
}

void require_memory(double needed, const run_size& size, double allowed) {
    if (needed <= allowed) return;
    const double image = needed / size.batch;
    const auto advice =
        image <= allowed
            ? fmt::format("--batch {} or less fits", static_cast<std::int64_t>(allowed / image))
            : fmt::format("about --steps {} with --batch 1 fit",
                          std::max<std::int64_t>(1, static_cast<std::int64_t>(size.steps * allowed / image)));
    throw usage_error(
        fmt::format("{} steps of {} images at a time save {:.3g} GiB for the backward pass, but {:.3g} GiB "
                    "can be had here; {}",
                    size.steps, size.batch, needed / gibibyte, allowed / gibibyte, advice));
}

void require_memory(const plan::network& network, const run_size& size, double allowed) {
    require_memory(bytes_of(network, size), size, allowed);
}

void require_threads(int count) {
    std::vector<std::jthread> started;
    std::latch all_asked(1);
    try {
        for (int i = 1; i < count; ++i) started.emplace_back([&all_asked] { all_asked.wait(); });
    } catch (const std::system_error&) {
        all_asked.count_down();
        throw usage_error(
            fmt::format("the system lets this program start {} threads, but {} were asked for; give "
                        "--threads {} or less",
                        started.size() + 1, count, std::max<std::size_t>(1, started.size() / 2)));
    }
    all_asked.count_down();
}

void use_threads(int count) {
    // Of 16 threads on 2 processors a training step took 20 times as long as of 2: they wait for one another.
    constexpr unsigned most_by_processor = 4;
    const auto processors = std::max(1U, std::jthread::hardware_concurrency());
    if (static_cast<unsigned>(count) > most_by_processor * processors)
        throw usage_error(fmt::format("{} threads on {} would wait for one another; give --threads {} or less", count,
                                      processors == 1 ? "one processor" : fmt::format("{} processors", processors),
                                      most_by_processor * processors));
    require_threads(count);
    at::set_num_threads(count);
}

std::string memory_advice(std::optional<int> batch, bool has_steps) {
    if (batch && *batch > 1) return "a smaller --batch takes less";
    return has_steps ? "fewer --steps take less" : "other programs may hold some of it";
}

}  // namespace cortexpr::application
