// Time of a connectome of an optic lobe's size, by the planned executor and by the transparent one, which gathers,
// multiplies and scatters as the reference does:
//
//     bench_connectome [--cells 47521] [--synapses 4623254] [--batch 16] [--steps 10] [--rounds 3] [--end 1]
//
// One executor on any device, as a JSON object; bench/gpu/connectome.py has its opponents in PyTorch, on the same
// synapses:
//
//     bench_connectome --json [--device cuda] [--executor planned] [--cuda-graph] [--error] [--write
//     wiring.safetensors]
#include "guarded.hpp"
#include "module/device_memory.hpp"
#include "train/optimiser.hpp"
#include "train/repeated_work.hpp"

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/circuit/generators.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_module.hpp>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/rand.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace cortexpr;
using seconds = std::chrono::duration<double>;

struct settings {
    circuit::synthetic_brain_options size{};
    int batch = 16, steps = 10, rounds = 3;
    double end = 0;  ///< of continuous time, in place of steps where it isn't 0
    std::string device = "cpu", write{};
    cortexpr::executor executor = cortexpr::executor::planned;
    bool json = false, cuda_graph = false, error = false;
};

/// A drawn circuit as a connectome, whose every cell is an output, and one type of which is shown the stimulus.
class brain {
  public:
    explicit brain(const circuit::synthetic_brain_options& size) {
        data_.graph = circuit::synthetic_brain(size);
        for (const auto& name : data_.graph.neurons.type_names)
            types_.push_back({.name = name, .kind = neuron_class::hybrid, .initial_tau = 2.0});
    }
    plan::connectome plan() const {
        return {.name = "Brain", .types = types_, .any_synapses = true, .stimulus = {.types = first_}, .output = {}};
    }
    const connectome_data& data() const { return data_; }
    void give_up_graph() { data_.graph = {}; }  // a network has its own

  private:
    connectome_data data_;
    std::vector<plan::cell_type> types_;
    std::vector<int> first_{0};
};

/// The network and what is done with it. All of it waits until the device has done it.
class workload {
  public:
    workload(const brain& of, const settings& with)
        : request_(request_of(with)),
          net_(of.plan(), of.data(), {.device = with.device, .executor = with.executor}),
          input_(at::rand({with.batch, net_.input_size()}).to(net_.device())),
          optimiser_(net_, {}),
          never_(at::zeros({}, at::TensorOptions(at::kFloat).device(net_.device()))) {
        if (!with.cuda_graph) return;
        require_replay();
        net_.generator(at::globalContext().defaultGenerator(net_.device()).clone());
        replayed_ = cuda_graph_on(net_.device(), net_.generator());
    }

    void forward() {
        const at::NoGradGuard no_grad;
        net_.eval();
        net_.run(input_, request_);
        wait();
    }
    void train() {
        net_.train();
        optimiser_.set_rates(1e-4);
        const auto step = [this] {
            loss().backward();
            optimiser_.step_with_rates(never_);
        };
        replayed_ ? replayed_->run(step) : step();
        wait();
    }
    std::size_t launches() const { return replayed_ ? replayed_->launches() : 0; }
    std::int64_t peak_device_bytes() const {
        const auto peak = cortexpr::peak_memory_of(net_.device());
        return peak ? peak->held_by_tensors : 0;
    }
    /// The largest error of a gradient against the transparent executor in double precision, relative to its largest
    /// element.
    double gradient_error(const brain& of, const settings& with) {
        connectome_module exact(
            of.plan(), of.data(),
            {.device = with.device, .dtype = at::kDouble, .executor = cortexpr::executor::transparent});
        const auto ours = net_.parameters(), theirs = exact.parameters();
        {
            const at::NoGradGuard no_grad;
            for (std::size_t i = 0; i < ours.size(); ++i) theirs[i].copy_(ours[i]);
        }
        net_.train();
        loss().backward();
        exact.train();
        exact.run(input_.to(at::kDouble), request_).output.square().sum().backward();
        double worst = 0;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            const auto& wanted = theirs[i].grad();
            worst = std::max(worst, (ours[i].grad().to(at::kDouble) - wanted).abs().max().item<double>() /
                                        wanted.abs().max().item<double>());
        }
        net_.zero_grad();
        return worst;
    }

  private:
    static connectome_request request_of(const settings& with) {
        if (with.end > 0) return {.continuous = continuous_time{.end = with.end}};
        return {.steps = with.steps};
    }
    at::Tensor loss() { return net_.run(input_, request_).output.square().sum(); }
    void require_replay() const {
        if (const auto reason = net_.reason_against_replay(); !reason.empty())
            throw usage_error(fmt::format("a CUDA graph can't be had: {}", reason));
    }
    void wait() const {
        const auto device = net_.device();
        if (!device.is_cpu()) c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(device.index());
    }

    connectome_request request_;
    connectome_module net_;
    at::Tensor input_;
    optimiser optimiser_;
    at::Tensor never_;
    std::unique_ptr<repeated_work> replayed_;
};

/// The most memory that the process has had.
std::int64_t peak_bytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return std::int64_t{used.ru_maxrss} * 1024;
}

/// Milliseconds of each run after those that warm up, sorted.
std::vector<double> timed(int warm_up, int rounds, const std::function<void()>& work) {
    for (int round = 0; round < warm_up; ++round) work();
    std::vector<double> all;
    for (int round = 0; round < rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        work();
        all.push_back(1e3 * seconds(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(all.begin(), all.end());
    return all;
}

nlohmann::json as_json(brain& of, const settings& with) {
    if (!with.write.empty()) circuit::save(of.data().graph, with.write);
    nlohmann::json found{{"cells", with.size.neurons},
                         {"synapses", of.data().graph.synapses.size()},
                         {"batch", with.batch},
                         {"steps", with.steps},
                         {"end", with.end},
                         {"device", with.device},
                         {"executor", name_of(with.executor)},
                         {"cuda_graph", with.cuda_graph}};
    workload work(of, with);
    if (with.error) found["gradient_error"] = work.gradient_error(of, with);
    of.give_up_graph();
    constexpr int warm_up = 5;  // a graph is recorded after some
    const auto training = timed(warm_up, with.rounds, [&] { work.train(); });
    found["training_ms"] = training[training.size() / 2];
    found["least_training_ms"] = training.front();
    found["peak_device_bytes"] = work.peak_device_bytes();
    found["launches"] = work.launches();
    const auto forward = timed(warm_up, with.rounds, [&] { work.forward(); });
    found["forward_ms"] = forward[forward.size() / 2];
    found["peak_bytes"] = peak_bytes();
    return found;
}

void print_both(const brain& of, settings with) {
    fmt::print("{} cells, {} synapses, batch {}, {} steps, {} threads\n", with.size.neurons,
               of.data().graph.synapses.size(), with.batch, with.steps, at::get_num_threads());
    std::map<cortexpr::executor, std::pair<double, double>> found;
    for (const auto each : {cortexpr::executor::planned, cortexpr::executor::transparent}) {
        with.executor = each;
        if (each == cortexpr::executor::transparent) with.rounds = std::min(with.rounds, 2);
        workload work(of, with);
        const double forward = timed(1, with.rounds, [&] { work.forward(); }).front();
        const double training = timed(1, with.rounds, [&] { work.train(); }).front();
        fmt::print("{:12} forward {:8.1f} ms  training step {:8.1f} ms  peak memory of the process {:.2f} GB\n",
                   name_of(each), forward, training, static_cast<double>(peak_bytes()) / 1e9);
        found[each] = {forward, training};
    }
    const auto planned = found[cortexpr::executor::planned], oracle = found[cortexpr::executor::transparent];
    fmt::print("ratio        forward {:8.1f}     training step {:8.1f}\n", oracle.first / planned.first,
               oracle.second / planned.second);
}

int run(int argc, char** argv) {
    CLI::App app("times of a connectome");
    settings given;
    const std::map<std::string, executor> executors{{"planned", executor::planned},
                                                    {"transparent", executor::transparent}};
    app.add_option("--cells", given.size.neurons);
    app.add_option("--synapses", given.size.synapses);
    app.add_option("--batch", given.batch);
    app.add_option("--steps", given.steps);
    app.add_option("--end", given.end, "of a run in continuous time, by Dormand-Prince at its tolerances")
        ->check(CLI::PositiveNumber);
    app.add_option("--rounds", given.rounds)->check(CLI::PositiveNumber);
    app.add_option("--device", given.device);
    app.add_option("--executor", given.executor)->transform(CLI::CheckedTransformer(executors));
    app.add_flag("--json", given.json, "one executor, as a JSON object");
    app.add_flag("--cuda-graph", given.cuda_graph, "replay training steps as one CUDA graph");
    app.add_flag("--error", given.error, "also the gradients' error");
    app.add_option("--write", given.write, "keep the synapses in a safetensors file");
    CLI11_PARSE(app, argc, argv);
    brain drawn(given.size);
    if (given.json) {
        std::cout << as_json(drawn, given) << '\n';
    } else {
        print_both(drawn, given);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return bench::guarded("bench_connectome", [&] { return run(argc, argv); });
}
