// Time of a connectome of an optic lobe's size, by the planned executor and by the transparent one, which gathers,
// multiplies and scatters as the reference does:
//
//     bench_connectome [--cells 47521] [--synapses 4623254] [--batch 16] [--steps 10] [--rounds 3]
#include <cortexpr/circuit/generators.hpp>
#include <cortexpr/module/connectome_module.hpp>

#include <ATen/Parallel.h>
#include <ATen/ops/rand.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <torch/optim/adam.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace cortexpr;
using seconds = std::chrono::duration<double>;

template <class Work>
double best_of(int rounds, Work work) {
    double best = std::numeric_limits<double>::infinity();
    for (int round = 0; round < rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        work();
        best = std::min(best, seconds(std::chrono::steady_clock::now() - start).count());
    }
    return 1e3 * best;
}

struct times {
    double forward = 0, training = 0;  ///< ms
};

times measured(const plan::connectome& plan, const connectome_data& data, executor with, int batch, int steps,
               int rounds) {
    connectome_module net(plan, data, {.executor = with});
    const auto input = at::rand({batch, net.input_size()});
    times all;
    {
        const at::NoGradGuard no_grad;
        net.eval();
        net.run(input, {.steps = steps});
        all.forward = best_of(rounds, [&] { net.run(input, {.steps = steps}); });
    }
    net.train();
    torch::optim::Adam adam(net.parameters(), torch::optim::AdamOptions(1e-4));
    const auto step = [&] {
        adam.zero_grad();
        net.run(input, {.steps = steps}).output.square().sum().backward();
        adam.step();
        net.project();
    };
    step();
    all.training = best_of(rounds, step);
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("times of a connectome");
    circuit::synthetic_brain_options size;
    int batch = 16, steps = 10, rounds = 3;
    app.add_option("--cells", size.neurons);
    app.add_option("--synapses", size.synapses);
    app.add_option("--batch", batch);
    app.add_option("--steps", steps);
    app.add_option("--rounds", rounds);
    CLI11_PARSE(app, argc, argv);
    connectome_data data;
    data.graph = circuit::synthetic_brain(size);
    std::vector<plan::cell_type> types;
    for (const auto& name : data.graph.neurons.type_names)
        types.push_back({.name = name, .kind = neuron_class::excitatory, .initial_tau = 2.0});
    std::vector<int> first{0};
    const plan::connectome plan{
        .name = "Brain", .types = types, .any_synapses = true, .stimulus = {.types = first}, .output = {}};
    fmt::print("{} cells, {} synapses, batch {}, {} steps, {} threads\n", size.neurons, data.graph.synapses.size(),
               batch, steps, at::get_num_threads());
    const auto planned = measured(plan, data, executor::planned, batch, steps, rounds);
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    fmt::print("planned      forward {:8.1f} ms  training step {:8.1f} ms  peak memory of the process {:.2f} GB\n",
               planned.forward, planned.training, static_cast<double>(used.ru_maxrss) / 1e6);
    const auto oracle = measured(plan, data, executor::transparent, batch, steps, std::min(rounds, 2));
    getrusage(RUSAGE_SELF, &used);
    fmt::print("transparent  forward {:8.1f} ms  training step {:8.1f} ms  peak memory of the process {:.2f} GB\n",
               oracle.forward, oracle.training, static_cast<double>(used.ru_maxrss) / 1e6);
    fmt::print("ratio        forward {:8.1f}     training step {:8.1f}\n", oracle.forward / planned.forward,
               oracle.training / planned.training);
    return 0;
}
