// Times runs of a sparse network and their adjoint, without parameters or optimiser, and prints one JSON object.
//
//   bench_sparse --neurons 47521 --synapses 4623254 --batch 16 --steps 10 --threads 2
//
// The network is drawn: types on a sheet of positions, each of which listens to some others near the same position.
// --graph takes one from a file (int32 neurons, synapses, post[], pre[], float weight[], sign[]), --order its inner
// order (int32 inner_number[]).

#include "executors/sparse/run.hpp"
#include "executors/threads.hpp"
#include "guarded.hpp"

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace sparse = cortexpr::executors::sparse;
namespace kernels = cortexpr::kernels;

struct settings {
    std::int32_t neurons = 47'521;
    std::int64_t synapses = 4'623'254;
    int batch = 16, steps = 10, threads = 2, repeats = 7;
    bool initial = false;
    std::string graph, order;
};

struct wiring {
    std::vector<std::int32_t> pre, post, inner_number;
    std::vector<float> weight, sign;
    std::int32_t neurons = 0;
};

/// Inputs of each neuron: log-normal in number, from 14 types, near its own position, some from anywhere.
wiring drawn(const settings& with) {
    constexpr std::int32_t positions = 729, side = 27, sources = 14;
    wiring made;
    made.neurons = with.neurons;
    std::mt19937 generator(1);
    std::normal_distribution<double> normal;
    const auto below = [&generator](std::int32_t count) {
        return static_cast<std::int32_t>(generator() % static_cast<std::uint32_t>(count));
    };
    const auto types = std::max<std::int32_t>(1, with.neurons / positions);
    std::vector<std::int32_t> listened(static_cast<std::size_t>(types * sources));
    for (auto& type : listened) type = below(types);
    std::vector<double> wanted(static_cast<std::size_t>(with.neurons));
    double sum = 0;
    for (auto& one : wanted) sum += one = std::exp(0.6 * normal(generator));
    for (std::int32_t i = 0; i < with.neurons; ++i) {
        const auto type = std::min(types - 1, i / positions), position = i % positions;
        const auto share = wanted[static_cast<std::size_t>(i)] / sum;
        const auto degree =
            std::min<std::int64_t>(with.neurons / 2, std::llround(share * static_cast<double>(with.synapses)));
        std::vector<std::int32_t> inputs;
        while (static_cast<std::int64_t>(inputs.size()) < degree) {
            while (static_cast<std::int64_t>(inputs.size()) < degree) {
                const auto near = [&](std::int32_t at) {
                    return std::clamp(at + static_cast<std::int32_t>(std::lround(1.7 * normal(generator))), 0,
                                      side - 1);
                };
                const auto from = listened[static_cast<std::size_t>(type) * static_cast<std::size_t>(sources) +
                                           static_cast<std::size_t>(below(sources))];
                const auto local = from * positions + near(position / side) * side + near(position % side);
                // A neuron with many inputs finds no more of them nearby.
                const bool far = below(100) < 3 || static_cast<std::int64_t>(inputs.size()) > 200;
                inputs.push_back(far || local >= with.neurons ? below(with.neurons) : local);
            }
            std::sort(inputs.begin(), inputs.end());
            inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
        }
        for (const auto from : inputs) {
            made.pre.push_back(from);
            made.post.push_back(i);
            made.weight.push_back(4 / static_cast<float>(degree));
        }
        made.sign.push_back(type % 5 < 3 ? 1.0F : -1.0F);
    }
    return made;
}

template <class T>
std::vector<T> numbers(std::ifstream& file, std::size_t count) {
    std::vector<T> all(count);
    if (!file.read(reinterpret_cast<char*>(all.data()), static_cast<std::streamsize>(count * sizeof(T))))
        throw std::runtime_error("the file ends too soon");
    return all;
}

wiring from_files(const settings& with) {
    std::ifstream file(with.graph, std::ios::binary);
    const auto head = numbers<std::int32_t>(file, 2);
    const auto neurons = static_cast<std::size_t>(head[0]), synapses = static_cast<std::size_t>(head[1]);
    wiring read;
    read.neurons = head[0];
    read.post = numbers<std::int32_t>(file, synapses);
    read.pre = numbers<std::int32_t>(file, synapses);
    read.weight = numbers<float>(file, synapses);
    read.sign = numbers<float>(file, neurons);
    if (with.order.empty()) return read;
    std::ifstream order(with.order, std::ios::binary);
    read.inner_number = numbers<std::int32_t>(order, neurons);
    const auto sign = read.sign;
    for (std::size_t i = 0; i < neurons; ++i) read.sign[static_cast<std::size_t>(read.inner_number[i])] = sign[i];
    return read;
}

/// Milliseconds, the least and the median.
nlohmann::json timed(int repeats, const std::function<void()>& work) {
    std::vector<double> all;
    for (int i = 0; i < repeats + 1; ++i) {
        const auto before = std::chrono::steady_clock::now();
        work();
        if (i > 0)
            all.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count());
    }
    std::sort(all.begin(), all.end());
    return {{"min_ms", all.front()}, {"median_ms", all[all.size() / 2]}};
}

nlohmann::json measured(const settings& with) {
    auto given = with.graph.empty() ? drawn(with) : from_files(with);
    const auto before = std::chrono::steady_clock::now();
    sparse::sparse_index index(given.neurons, given.pre, given.post, given.inner_number);
    const auto build = std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
    const auto index_bytes = index.bytes();
    const auto synapses = index.synapses();
    const auto network = std::make_shared<const sparse::sparse_network<float>>(
        std::move(index), std::move(given.sign),
        std::vector<kernels::neuron_range<float>>{{given.neurons, cortexpr::activation::sigmoid, false}});
    const auto size = network->size_of_array(with.batch);
    const sparse::thread_team team = cortexpr::executors::on_threads;
    cortexpr::big_array<float> columns(synapses), rows(synapses), gradient(synapses);
    std::vector<float> drive(size), adjoint(size), rate(static_cast<std::size_t>(given.neurons), 0.5F), of_drive(size);
    std::vector<float> of_rate(rate.size());
    for (std::size_t i = 0; i < size; ++i) drive[i] = static_cast<float>(i * 37 % 101) / 101;
    for (std::size_t i = 0; i < size; ++i) adjoint[i] = static_cast<float>(i * 17 % 97) / 97 - 0.5F;
    std::vector<const float*> adjoints(static_cast<std::size_t>(with.steps));
    adjoints.back() = adjoint.data();

    std::unique_ptr<sparse::sparse_run<float>> run;
    const bool rows_first = network->index().rows_first();
    const auto copy = [&] {
        network->gather_first(given.weight.data(), (rows_first ? rows : columns).data(), team);
        network->gather_second((rows_first ? rows : columns).data(), (rows_first ? columns : rows).data(), team);
    };
    const auto forward = [&] {
        run = nullptr;  // its memory serves the next
        run = std::make_unique<sparse::sparse_run<float>>(
            network,
            sparse::sparse_inputs<float>{.batch = with.batch,
                                         .steps = with.steps,
                                         .weights = rows.data(),
                                         .drive = drive.data(),
                                         .initial = with.initial ? drive.data() : nullptr,
                                         .rate = rate.data()},
            sparse::saved_values::for_backward, team);
    };
    const auto backward = [&] {
        run->backward({.weights = columns.data(),
                       .states = adjoints,
                       .weight_gradient = gradient.data(),
                       .drive = of_drive.data(),
                       .rate = of_rate.data()},
                      team);
    };
    nlohmann::json figures{{"neurons", given.neurons}, {"synapses", synapses},      {"batch", with.batch},
                           {"steps", with.steps},      {"threads", with.threads},   {"kernels", network->table().name},
                           {"index_s", build},         {"index_bytes", index_bytes}};
    figures["copy"] = timed(with.repeats, copy);
    figures["forward"] = timed(with.repeats, forward);
    figures["backward"] = timed(with.repeats, backward);
    figures["training_step"] = timed(with.repeats, [&] {
        copy();
        forward();
        backward();
    });
    for (const char* part : {"forward", "backward", "training_step"}) {
        const auto least = figures[part]["min_ms"].get<double>();
        figures[part]["ns_a_synapse_and_step"] = 1e6 * least / static_cast<double>(synapses) / with.steps;
    }
    return figures;
}

int run(int argument_count, char** arguments) {
    settings given;
    CLI::App app("times runs of a sparse network and their adjoint");
    app.add_option("--neurons", given.neurons)->check(CLI::PositiveNumber);
    app.add_option("--synapses", given.synapses)->check(CLI::PositiveNumber);
    app.add_option("--batch", given.batch)->check(CLI::PositiveNumber);
    app.add_option("--steps", given.steps)->check(CLI::PositiveNumber);
    app.add_option("--threads", given.threads)->check(CLI::PositiveNumber);
    app.add_option("--repeats", given.repeats)->check(CLI::PositiveNumber);
    app.add_flag("--initial", given.initial,
                 "an initial state other than zeros: the first step costs as much as others");
    app.add_option("--graph", given.graph, "a network from a file")->check(CLI::ExistingFile);
    app.add_option("--order", given.order, "the inner order of its neurons")->check(CLI::ExistingFile);
    CLI11_PARSE(app, argument_count, arguments);
    at::set_num_threads(given.threads);
    std::cout << measured(given).dump(2) << '\n';
    return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
    return bench::guarded("bench_sparse", [&] { return run(argument_count, arguments); });
}
