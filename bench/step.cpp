// Times training steps and forward passes of one of the networks in networks.hpp, and prints one JSON object. The
// opponent is reference_step.py, with the same options; run.py pairs the two.

#include "fma_peak.hpp"
#include "guarded.hpp"
#include "kernels/cpu/timed.hpp"
#include "workload.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/schedule/work/work.hpp>

#include <ATen/Parallel.h>
#include <torch/utils.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;

struct settings {
    bench::load load{};
    int threads = 2, warm_up = 2, repeats = 5, gradient_batch = 0;
    double most_seconds = 600;
    bool first_step = false, by_kernel = false, list = false;
};

void declare(CLI::App& app, settings& given) {
    using cortexpr::executor;
    const std::map<std::string, executor> executors{{"planned", executor::planned},
                                                    {"transparent", executor::transparent},
                                                    {"batched", executor::batched},
                                                    {"on_chip", executor::on_chip}};
    app.add_option("--channels", given.load.network.channels, "of each neuron type");
    app.add_option("--size", given.load.network.size, "of the image, in pixels a side");
    app.add_option("--areas", given.load.network.areas);
    std::map<std::string, bench::kind> kinds;
    for (std::size_t i = 0; i < std::size(bench::kind_names); ++i)
        kinds.emplace(bench::kind_names[i], static_cast<bench::kind>(i));
    app.add_option("--kind", given.load.network.kind, "what it has that the digits example hasn't")
        ->transform(CLI::CheckedTransformer(kinds));
    app.add_option("--batch", given.load.batch);
    app.add_option("--num-steps", given.load.steps, "time steps of the network");
    app.add_option("--executor", given.load.executor)->transform(CLI::CheckedTransformer(executors));
    app.add_option_function<std::string>(
        "--precision", [&given](const std::string& name) { given.load.precision = cortexpr::precision_named(name); });
    app.add_option("--device", given.load.device);
    app.add_flag("--cuda-graph", given.load.cuda_graph, "replay training steps as one CUDA graph");
    app.add_option("--threads", given.threads);
    app.add_option("--warm-up", given.warm_up, "runs before those that are timed");
    app.add_option("--repeats", given.repeats, "timed runs")->check(CLI::PositiveNumber);
    app.add_option("--most-seconds", given.most_seconds, "no further run of a kind after this time");
    app.add_option("--gradient-batch", given.gradient_batch, "images for the gradients' error; 0: not measured");
    app.add_flag("--first-step", given.first_step, "one training step; prints when what was done, then ends");
    app.add_flag("--by-kernel", given.by_kernel, "where the time of training steps goes, beside the processor's peak");
    app.add_flag("--list", given.list, "print the networks that can be timed");
}

double since_boot() { return std::chrono::duration<double>(clock_type::now().time_since_epoch()).count(); }

/// Seconds of each run, sorted. Warm-up ends early, and so do the timed runs after the first, when the time is up.
std::vector<double> seconds(const settings& with, const std::function<void()>& work) {
    const double start = since_boot();
    for (int i = 0; i < with.warm_up && (i == 0 || since_boot() - start < with.most_seconds); ++i) work();
    std::vector<double> measured;
    double left = with.most_seconds;
    do {
        const double before = since_boot();
        work();
        measured.push_back(since_boot() - before);
        left -= measured.back();
    } while (static_cast<int>(measured.size()) < with.repeats && left > 0);
    std::sort(measured.begin(), measured.end());
    return measured;
}

nlohmann::json summary(const std::vector<double>& sorted) {
    return {{"min_s", sorted.front()}, {"median_s", sorted[sorted.size() / 2]}, {"runs", sorted.size()}};
}

std::int64_t peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::int64_t{usage.ru_maxrss} * 1024;
}

nlohmann::json as_json(const bench::sized_network& network) {
    return {{"channels", network.with.channels},
            {"size", network.with.size},
            {"areas", network.with.areas},
            {"kind", bench::kind_names[static_cast<std::size_t>(network.with.kind)]},
            {"parameters", network.parameters}};
}

nlohmann::json measured(const bench::sized_network& network, const settings& with) {
    auto result = as_json(network);
    bench::workload work(*network.plan, with.load);
    result["threads"] = with.threads;
    result["batch"] = with.load.batch;
    result["num_steps"] = with.load.steps;
    result["train"] = summary(seconds(with, [&] { work.train(); }));
    result["peak_bytes"] = peak_bytes();  // before anything else that takes memory
    result["peak_device_bytes"] = work.peak_device_bytes();
    if (with.load.cuda_graph) result["launches"] = work.launches();
    result["device"] = with.load.device;
    result["precision"] = name_of(with.load.precision);
    result["executor"] = name_of(work.executor());
    result["forward"] = summary(seconds(with, [&] { work.forward(); }));
    const auto operations = cortexpr::plan::work_of(*network.plan, {.steps = with.load.steps}).direct().operations;
    result["live_operations"] = operations.forward;
    result["training_operations"] = operations.all();
    if (with.gradient_batch > 0) {
        auto load = with.load;
        load.batch = std::min(load.batch, with.gradient_batch);
        result["gradient_error"] = bench::gradient_error(*network.plan, load);
    }
    return result;
}

/// Times of the clock that run.py reads too, so that it knows what the start of the process took.
nlohmann::json first_step(const bench::sized_network& network, const settings& with) {
    nlohmann::json result{{"loaded", since_boot()}};
    bench::workload work(*network.plan, with.load);
    result["built"] = since_boot();
    work.train();
    result["stepped"] = since_boot();
    return result;
}

/// Seconds of training steps, and what each kernel of the planned executor takes of them.
nlohmann::json by_kernel(const bench::sized_network& network, const settings& with) {
    auto result = as_json(network);
    bench::workload work(*network.plan, with.load);
    work.train();
    const double peak = bench::fma_peak();
    const cortexpr::kernels::kernel_timer timer;
    const auto steps = seconds(with, [&] { work.train(); });
    result["threads"] = with.threads;
    result["train"] = summary(steps);
    result["fma_peak_gflops_a_thread"] = peak;
    const auto runs = static_cast<double>(steps.size() + static_cast<std::size_t>(with.warm_up));
    for (const auto& of : timer.times())
        result["kernels"].push_back({{"kernel", of.kernel},
                                     {"thread_ms_a_step", 1e3 * of.seconds / runs},
                                     {"gflops_a_thread", 1e-9 * static_cast<double>(of.operations) / of.seconds},
                                     {"gb_per_s_a_thread", 1e-9 * static_cast<double>(of.bytes) / of.seconds},
                                     {"gigabytes_a_step", 1e-9 * static_cast<double>(of.bytes) / runs}});
    return result;
}

int run(int argc, char** argv) {
    CLI::App app("Times training steps and forward passes.");
    settings given;
    declare(app, given);
    CLI11_PARSE(app, argc, argv);
    if (given.list) {
        auto list = nlohmann::json::array();
        for (const auto& network : bench::networks()) list.push_back(as_json(network));
        std::cout << list << '\n';
        return 0;
    }
    const auto* network = bench::network_of(given.load.network);
    if (network == nullptr) {
        std::cerr << "bench_step: no network of these channels, size, areas and kind is compiled in; --list "
                     "prints those that are, and bench/networks.cpp takes more\n";
        return 2;
    }
    at::set_num_threads(given.threads);
    torch::manual_seed(1);
    const auto of = given.first_step ? first_step : given.by_kernel ? by_kernel : measured;
    std::cout << of(*network, given) << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return bench::guarded("bench_step", [&] { return run(argc, argv); });
}
