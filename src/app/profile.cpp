#include "profile.hpp"

#include "numbers.hpp"

#include "../io/input_file.hpp"
#include "../module/device_memory.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>
#include <torch/csrc/autograd/profiler_kineto.h>

#include <stdlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <ranges>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace cortexpr::application {

namespace {

namespace fs = std::filesystem;
namespace profiler = torch::autograd::profiler;
namespace settings = torch::profiler::impl;

struct cost {
    std::int64_t calls = 0;
    double total = 0, self = 0;  ///< milliseconds; self: but for what is called from there
};

/// Events of one thread contain each other, or have nothing in common.
std::map<std::string, cost> costs_of(const std::vector<profiler::KinetoEvent>& events) {
    std::map<std::uint64_t, std::vector<const profiler::KinetoEvent*>> by_thread;
    for (const auto& event : events) by_thread[event.startThreadId()].push_back(&event);
    std::map<std::string, cost> costs;
    for (auto& [thread, of_thread] : by_thread) {
        const auto order = [](const auto* event) {
            return std::pair(event->startNs(), -static_cast<double>(event->endNs()));
        };
        std::ranges::sort(of_thread, {}, order);
        std::vector<const profiler::KinetoEvent*> around;
        for (const auto* event : of_thread) {
            while (!around.empty() && around.back()->endNs() <= event->startNs()) around.pop_back();
            const double milliseconds = static_cast<double>(event->durationNs()) / 1e6;
            auto& own = costs[event->name()];
            ++own.calls;
            own.total += milliseconds;
            own.self += milliseconds;
            if (!around.empty()) costs[around.back()->name()].self -= milliseconds;
            around.push_back(event);
        }
    }
    return costs;
}

/// An operation's name without what no reader needs of it.
std::string short_name(std::string name) {
    const auto replace = [&name](std::string_view what, std::string_view by) {
        for (auto at = name.find(what); at != std::string::npos; at = name.find(what))
            name.replace(at, what.size(), by);
    };
    replace("autograd::engine::evaluate_function: ", "backward of ");
    replace("torch::autograd::", "");
    replace("cortexpr::executors::", "");
    replace("(anonymous namespace)::", "");
    // The whole network is one node of LibTorch's graph.
    for (const std::string_view executor : {"planned", "batched", "on_chip"})
        if (name.find(fmt::format("{}_function", executor)) != std::string::npos)
            return fmt::format("{}the network ({} executor)", name.starts_with("backward of ") ? "backward of " : "",
                               executor);
    return name;
}

std::string table_of(const std::map<std::string, cost>& costs) {
    constexpr std::size_t most_rows = 25;
    std::vector<std::pair<std::string, cost>> rows(costs.begin(), costs.end());
    std::ranges::sort(rows, std::greater{}, [](const auto& row) { return row.second.self; });
    double all = 0;
    for (const auto& [name, one] : rows) all += one.self;
    using view::alignment;
    view::table table({{"operation"},
                       {"calls", alignment::right},
                       {"self", alignment::right},
                       {"", alignment::right},
                       {"with what it calls", alignment::right}});
    for (const auto& [name, one] : rows | std::views::take(most_rows))
        table.row({short_name(name), grouped(one.calls), fmt::format("{:.1f} ms", one.self),
                   percent(all > 0 ? one.self / all : 0), fmt::format("{:.1f} ms", one.total)});
    return table.text();
}

/// Thousand millions a second, or nothing where nothing was counted.
std::string rate_of(std::int64_t count, double seconds) {
    return count > 0 && seconds > 0 ? fmt::format("{:.1f}", 1e-9 * static_cast<double>(count) / seconds)
                                    : std::string();
}

/// What runs within "the network", on all threads.
std::string table_of(const std::vector<kernels::kernel_time>& times) {
    if (times.empty()) return {};
    double all = 0;
    for (const auto& of_kernel : times) all += of_kernel.seconds;
    using view::alignment;
    view::table table({{"kernel of the network"},
                       {"calls", alignment::right},
                       {"time, all threads", alignment::right},
                       {"", alignment::right},
                       {"GFLOP/s a thread", alignment::right},
                       {"GB/s a thread", alignment::right}});
    for (const auto& of : times)
        table.row({std::string(of.kernel), grouped(of.calls), fmt::format("{:.1f} ms", 1e3 * of.seconds),
                   percent(all > 0 ? of.seconds / all : 0), rate_of(of.operations, of.seconds),
                   rate_of(of.bytes, of.seconds)});
    return "\n" + table.text();
}

/// What a GPU's memory was asked for since the program began.
std::string memory_text(c10::Device device) {
    const auto peak = peak_memory_of(device);
    if (!peak) return {};
    const auto megabytes = [](std::int64_t bytes) {
        return fmt::format("{:.1f} MB", 1e-6 * static_cast<double>(bytes));
    };
    return fmt::format("\nmemory  {} of {} in tensors at most, {} taken from it\n", megabytes(peak->held_by_tensors),
                       device.str(), megabytes(peak->taken));
}

/// Where LibTorch writes a trace at first. \throws file_error
fs::path temporary_folder(const std::string& file) {
    std::error_code problem;
    auto found = fs::temp_directory_path(problem);
    if (problem) throw file_error(file, "has no folder for temporary files to be made in; set TMPDIR to one");
    return found;
}

}  // namespace

void require_profile_folder(const std::string& file) { const io::scratch_folder attempt(temporary_folder(file), file); }

profile::profile(std::string file, c10::Device device) : file_(std::move(file)), device_(device) {
    const settings::ProfilerConfig config(settings::ProfilerState::KINETO);
    std::set<settings::ActivityType> activities{settings::ActivityType::CPU};
    if (!device.is_cpu())
        activities.insert(settings::ActivityType::CUDA);
    else
        ::setenv("KINETO_LOG_LEVEL", "5", 0);  // it calls a machine without a GPU an error
    profiler::prepareProfiler(config, activities);
    profiler::enableProfiler(config, activities);
    kernel_timer_.emplace();
}

profile::~profile() {
    if (is_over_) return;
    try {
        profiler::disableProfiler();
    } catch (...) {
        is_over_ = true;  // what ended the training is what is reported
    }
}

void profile::stop() {
    is_over_ = true;
    result_ = profiler::disableProfiler();
    if (kernel_timer_) kernel_times_ = kernel_timer_->times();
    kernel_timer_.reset();
}

std::string profile::table() const {
    return table_of(costs_of(result_->events())) + table_of(kernel_times_) + memory_text(device_);
}

/// LibTorch replaces whatever a path names, so it writes a file of its own first, and what that holds is written as all
/// files are: into a device or pipe, through a link, whole or not at all.
void profile::write() {
    const io::scratch_folder folder(temporary_folder(file_), file_);
    const auto trace = folder / "trace.json";
    result_->save(trace.string());
    io::write_file(file_, io::input_file(trace).text());
}

}  // namespace cortexpr::application
