// torch-biopl's notebooks about connectomes, as programs:  from_torch_biopl_connectomes [DIGITS]
#include <cortexpr/circuit/files.hpp>
#include <cortexpr/circuit/generators.hpp>
#include <cortexpr/data/batches.hpp>
#include <cortexpr/data/load_images.hpp>
#include <cortexpr/module/connectome_model.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/train/optimiser_groups.hpp>
#include <cortexpr/view/circuit.hpp>

#include <ATen/ops/cross_entropy_loss.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

using namespace cortexpr;

namespace {

// clang-format off

void write(const char* file, const std::string& text) { std::ofstream(file) << text; }

// ---- connectome_utilities

circuit::graph ring_of_types() {
    // probabilities[post][pre]: a synapse from type_0 onto type_4 with 0.75, from type_1 onto type_0 with 0.5, ...
    return circuit::typed({.counts = {25, 30, 20, 5, 20},
                           .probabilities = {0,    0.5, 0,    0, 0,
                                             0,    0,   0.75, 0, 0,
                                             0,    0,   0,    1, 0,
                                             0,    0,   0,    0, 0.5,
                                             0.75, 0,   0,    0, 0}});
}

/// As many different cells as there are channels, drawn at random: a synapse of weight 1 for each channel.
circuit::projection to_random_cells(std::uint32_t channels, std::size_t cells, std::uint64_t seed) {
    const auto drawn = data::shuffled_order(static_cast<std::uint32_t>(cells), seed, 0);
    const auto numbers = data::natural_order(channels);
    return {.cells = {drawn.begin(), drawn.begin() + channels},
            .channels = {numbers.begin(), numbers.end()},
            .weights = std::vector<double>(channels, 1.0)};
}

void utilities() {
    const auto circuit = ring_of_types();
    write("types.svg", view::type_matrix_svg(circuit));
    const auto input = to_random_cells(28, circuit.neurons.size(), 1);
    std::printf("utilities        %zu cells of %zu types, %zu synapses; %zu inputs\n", circuit.neurons.size(),
                circuit.neurons.type_names.size(), circuit.synapses.size(), input.size());
}

// ---- create_connectome_tensors

void tensors_in_files() {
    const auto circuit = ring_of_types();
    circuit::save(circuit, "synapses.csv", "cells.csv");         // or everything in one .safetensors file
    write("stimulus.csv", "id,channel\n3,0\n17,1\n42,2\n");      // inputs 0 to 2 reach the cells 3, 17 and 42
    const auto read = circuit::load({.synapses = "synapses.csv", .cells = "cells.csv"});
    const auto stimulus = circuit::load_projection("stimulus.csv", read, {.channels = 3});
    std::printf("files            %zu cells, the first of %s; %zu inputs\n", read.neurons.size(),
                read.neurons.type_names[static_cast<std::size_t>(read.neurons.types[0])].c_str(), stimulus.size());
}

/// A circuit like the optic lobe of the notebooks; without sizes, it has theirs, 47,521 cells and 4,623,254 synapses.
circuit::graph optic_lobe() { return circuit::synthetic_brain({.neurons = 1'000, .synapses = 20'000}); }

// ---- connectome_forward

struct Cell : excitatory_cells<> {};
struct Lobe : connectome<cells<Cell>, synapses<as_in_the_file>, sparse_stimulus_to<784, Cell>, output_from<Cell>> {};

/// All cells are of one type.
connectome_data lobe() {
    auto circuit = optic_lobe();
    circuit.neurons.types.assign(circuit.neurons.size(), 0);
    circuit.neurons.type_names = {"Cell"};
    circuit.neurons.classes.clear();
    for (auto& weight : circuit.synapses.weights) weight = std::abs(weight);
    const auto cells = circuit.neurons.size();
    return {.graph = std::move(circuit), .stimulus = to_random_cells(784, cells, 2)};
}

/// From 0 to 1, at 20 times, time first as there.
connectome_request from_0_to_1() {
    return {.layout = layout::time_first,
            .record_states = true,
            .continuous = continuous_time{.start = 0, .end = 1, .evaluations = 20}};
}

void show(const char* name, connectome_module& net, const at::Tensor& images) {
    const at::NoGradGuard no_grad;
    const auto states = net.run(images, from_0_to_1()).states;
    std::printf("%-16s (%lld, %lld, %lld), at the end %.3f in the mean\n", name, static_cast<long long>(states.size(0)),
                static_cast<long long>(states.size(1)), static_cast<long long>(states.size(2)),
                states[19].mean().item<double>());
}

// ---- connectome_forward_neuron_types

struct TypeA : excitatory_cells<tau<tau_mode::per_type, 1.25>> {};
struct TypeB : inhibitory_cells<tau<tau_mode::per_type, 2.0>> {};
struct TypedLobe : connectome<cells<TypeA, TypeB>, synapses<as_in_the_file>,
                              sparse_stimulus_to<784, TypeA, TypeB>, output_from<TypeA, TypeB>> {};

/// Each cell is of the one or of the other type, at random.
connectome_data typed_lobe() {
    auto data = lobe();
    auto& neurons = data.graph.neurons;
    neurons.type_names = {"TypeA", "TypeB"};
    const auto drawn = data::shuffled_order(static_cast<std::uint32_t>(neurons.size()), 3, 0);
    for (std::size_t cell = 0; cell < neurons.size(); ++cell)
        neurons.types[cell] = static_cast<std::int32_t>(drawn[cell] % 2);
    return data;
}

// ---- connectome_backward

struct Digits : classifier<Lobe, classes<10>, hidden<256>, dropout<0.5>> {};

void backward(const std::string& folder) {
    const auto digits = data::load_images(folder, data::split::train);
    const auto held_out = data::load_images(folder, data::split::test);
    const auto net = make<Digits>(lobe());
    torch::optim::Adam adam(optimiser_groups(*net, 1e-3));
    const connectome_request two_times{.continuous = continuous_time{.evaluations = 2}};
    const auto order = data::shuffled_order(200 * 32, 0, 0);
    std::vector<double> losses;
    net->train();
    for (const auto batch : data::batches(order, 32)) {
        const auto logits = net->run(images_of(digits, batch), two_times).logits;
        const auto loss = at::cross_entropy_loss(logits, labels_of(digits, batch));
        adam.zero_grad();
        loss.backward();
        adam.step();
        net->project();
        losses.push_back(loss.item<double>());
    }
    net->eval();
    const at::NoGradGuard no_grad;
    const auto answers = net->run(images_of(held_out, 0, 500), two_times).logits.argmax(1);
    const auto right = answers.eq(labels_of(held_out, 0, 500)).sum().item<std::int64_t>();
    const auto mean = [&](auto first) { return std::accumulate(first, first + 10, 0.0) / 10; };
    std::printf("backward         loss %.2f, after 200 batches %.2f; of 500 held-out digits %d right\n",
                mean(losses.begin()), mean(losses.end() - 10), static_cast<int>(right));
}

// clang-format on

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::string folder = argc > 1 ? argv[1] : "digits";
        const auto images = images_of(data::load_images(folder, data::split::test), 0, 8);
        utilities();
        tensors_in_files();
        show("forward", *make<Lobe>(lobe()), images);
        show("neuron types", *make<TypedLobe>(typed_lobe()), images);
        backward(folder);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "from_torch_biopl_connectomes: %s\n", fault.what());
        return 1;
    }
}
