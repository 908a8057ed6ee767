// The motion pathway of the fly, from photoreceptors to T4 and T5, tiled over a hexagonal eye (examples/data/flyvis has
// the types, their source and licence).
//
//     fly_motion [FILE] [--radius 4] [--epochs 4] [--train 1024] [--test 512] [--seeds 1] [--save FILE]
//
// The wiring is measured; what is learned is one strength for each pair of types, one bias and one time constant for
// each type. The network is to tell in which of four directions a grating moves, from the mean rates of the eight T4
// and T5 types over the eye, which say nothing about where something is: what tells directions apart must happen in the
// cells. Before and after learning, gratings in twelve directions measure how selective each type is (0: it answers to
// all directions alike, 1: to one alone) and which direction it prefers, and edges, which training never shows, whether
// it answers to brighter or to darker ones. In the fly, T4a and T5a prefer 180 degrees, b 0, c 90 and d 270, T4 answers
// to brighter edges and T5 to darker ones (M. S. Maisak et al., "A directional tuning map of Drosophila elementary
// motion detectors", Nature 500, 2013).
#include "count.hpp"
#include "example_data.hpp"

#include <cortexpr/circuit/generators.hpp>
#include <cortexpr/data/hexagonal_motion.hpp>
#include <cortexpr/dsl.hpp>
#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/module/connectome_model.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/train/trainer.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numbers>
#include <string>

using namespace cortexpr;

namespace {

using rate = nonlinearity<activation::relu>;
using rest = bias<bias_mode::per_type, 0.5>;
// T4 and T5 start close to their threshold: a cell that is never silent answers to all directions alike on average.
using on_threshold = bias<bias_mode::per_type, 0.12>;
using off_threshold = bias<bias_mode::per_type, -0.1>;
// In frames. Some inputs of T4 and T5 are slow (A. Arenz et al., "The temporal tuning of the Drosophila motion
// detectors is determined by the dynamics of their input elements", Curr. Biol. 27, 2017).
using fast = tau<tau_mode::per_type, 1.5>;
using slow = tau<tau_mode::per_type, 4.0>;

struct R : inhibitory_cells<rate, rest, fast> {};  // histamine
struct L1 : inhibitory_cells<rate, rest, fast> {};
struct L2 : excitatory_cells<rate, rest, fast> {};
struct L3 : excitatory_cells<rate, rest, slow> {};
struct L4 : excitatory_cells<rate, rest, fast> {};
struct L5 : excitatory_cells<rate, rest, fast> {};
struct C2 : hybrid_cells<rate, rest, fast> {};
struct C3 : hybrid_cells<rate, rest, fast> {};
struct Mi1 : excitatory_cells<rate, rest, fast> {};
struct Mi4 : inhibitory_cells<rate, rest, slow> {};
struct Mi9 : inhibitory_cells<rate, rest, slow> {};
struct Tm1 : excitatory_cells<rate, rest, fast> {};
struct Tm2 : excitatory_cells<rate, rest, fast> {};
struct Tm3 : excitatory_cells<rate, rest, fast> {};
struct Tm4 : excitatory_cells<rate, rest, fast> {};
struct Tm9 : excitatory_cells<rate, rest, slow> {};
struct TmY15 : inhibitory_cells<rate, rest, fast> {};
struct CT1_M10 : inhibitory_cells<rate, rest, slow> {};
struct CT1_Lo1 : inhibitory_cells<rate, rest, slow> {};
struct T4a : excitatory_cells<rate, on_threshold, fast> {};
struct T4b : excitatory_cells<rate, on_threshold, fast> {};
struct T4c : excitatory_cells<rate, on_threshold, fast> {};
struct T4d : excitatory_cells<rate, on_threshold, fast> {};
struct T5a : excitatory_cells<rate, off_threshold, fast> {};
struct T5b : excitatory_cells<rate, off_threshold, fast> {};
struct T5c : excitatory_cells<rate, off_threshold, fast> {};
struct T5d : excitatory_cells<rate, off_threshold, fast> {};

struct Pathway
    : connectome<
          cells<R, L1, L2, L3, L4, L5, C2, C3, Mi1, Mi4, Mi9, Tm1, Tm2, Tm3, Tm4, Tm9, TmY15, CT1_M10, CT1_Lo1, T4a,
                T4b, T4c, T4d, T5a, T5b, T5c, T5d>,
          synapses<projects<R, L1, L2, L3>,  //
                   projects<L1, L5, C2, C3, Mi1, Tm3>, projects<L2, L1, L4, L5, C3, Mi1, Mi4, Mi9, Tm1, Tm2, Tm4>,
                   projects<L3, C3, Mi1, Mi9, Tm3, Tm9>,  //
                   projects<L4, L2, L3, L4, L5, Mi9, Tm2, Tm4, Tm9>, projects<L5, L1, L2, L5, C2, C3, Mi1, Mi4, Tm3>,
                   projects<C2, L1, L2, L3, L4, L5, Mi1, T4a, Tm1, Tm9>,
                   projects<C3, L1, L2, L3, L5, CT1_M10, Mi1, Mi4, Mi9, T4a, T4b, T4c, T4d, Tm1, Tm2, Tm4, Tm9>,
                   projects<Mi1, L1, L5, C2, C3, CT1_M10, Mi4, Mi9, T4a, T4b, T4c, T4d, Tm1, Tm3, TmY15>,
                   projects<Mi4, L2, C3, Mi1, Mi4, Mi9, T4a, T4b, T4c, T4d, Tm1, Tm2, Tm9, TmY15>,
                   projects<Mi9, L3, C3, CT1_M10, Mi1, Mi4, T4a, T4b, T4c, T4d, Tm1, Tm2, Tm4>,
                   projects<Tm1, L2, L5, C3, CT1_Lo1, Mi1, Mi4, Mi9, T5a, T5b, T5c, T5d, Tm2, Tm4, Tm9, TmY15>,
                   projects<Tm2, L2, L5, C3, CT1_Lo1, Mi4, Mi9, T5a, T5b, T5c, T5d, Tm1, Tm4, Tm9, TmY15>,
                   projects<Tm3, L1, Mi1, T4a, T4b, T4c, T4d, Tm3, Tm4, TmY15>,
                   projects<Tm4, C3, Mi4, T5a, T5b, T5c, T5d, Tm3, Tm4, TmY15>,
                   projects<Tm9, CT1_Lo1, Mi9, T5a, T5b, T5c, T5d, Tm1, Tm2, TmY15>,
                   projects<TmY15, Mi4, Mi9, T4a, T4b, T4c, T4d, T5a, T5b, T5c, T5d, Tm1, Tm2, Tm3, Tm4, Tm9>,
                   projects<CT1_M10, C3, Mi1, T4a, T4b, T4c, T4d>,  //
                   projects<CT1_Lo1, T5a, T5b, T5c, T5d, Tm1, Tm9>, projects<T4a, C3, CT1_M10, Mi9, T4a, T4c, T5a>,
                   projects<T4b, CT1_M10, Mi9, T4b, T4c, T5b, TmY15>, projects<T4c, CT1_M10, Mi9, T4c, T5c, TmY15>,
                   projects<T4d, CT1_M10, T4a, T4d, T5d, TmY15>, projects<T5a, CT1_Lo1, T4a, T5a, T5b, TmY15>,
                   projects<T5b, CT1_Lo1, T4b, T5b, T5d, Tm2, TmY15>, projects<T5c, CT1_Lo1, T4c, T5c, Tm2, TmY15>,  //
                   projects<T5d, CT1_Lo1, T4d, T5d, TmY15>>,
          stimulus_to<R>, sparse_output_from<8, T4a, T4b, T4c, T4d, T5a, T5b, T5c, T5d>,
          weights<weight_mode::scaled_counts>> {};
struct Directions : classifier<Pathway, classes<4>, hidden<32>, dropout<0.0>> {};

constexpr std::array<const char*, 8> read_types{"T4a", "T4b", "T4c", "T4d", "T5a", "T5b", "T5c", "T5d"};

circuit::graph eye_of(const std::string& file, int radius) {
    if (std::filesystem::is_directory(file)) throw file_error(file, "is a folder; give a type graph, a JSON file");
    std::ifstream stream(file);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    if (!stream) throw file_error(file, "can't be read; give the type graph's file, as fly_motion pathway.json");
    try {
        return circuit::over_hexagonal_eye(text, radius);
    } catch (const usage_error& fault) {
        throw file_error(file, fault.what());
    }
}

/// The mean rate of each type as one output.
circuit::projection type_means(const circuit::graph& eye) {
    circuit::projection means;
    for (std::size_t channel = 0; channel < read_types.size(); ++channel) {
        const auto begin = means.size();
        for (std::size_t cell = 0; cell < eye.neurons.size(); ++cell) {
            if (eye.neurons.type_names[static_cast<std::size_t>(eye.neurons.types[cell])] != read_types[channel])
                continue;
            means.cells.push_back(static_cast<std::int32_t>(cell));
            means.channels.push_back(static_cast<std::int32_t>(channel));
            means.weights.push_back(1);
        }
        const auto count = static_cast<double>(means.size() - begin);
        for (auto k = begin; k < means.size(); ++k) means.weights[k] /= count;
    }
    return means;
}

using model = connectome_model<Directions>;
using role = plan::parameter::role;

int parameter_of(const model& network, role wanted) {
    const auto found = std::ranges::find(network.declared_parameters(), wanted, &plan::parameter::is);
    return static_cast<int>(found - network.declared_parameters().begin());
}

data::labelled_images gratings(int radius, int count, std::uint64_t seed) {
    return data::hexagonal_motion(
        {.radius = radius, .what = data::moving::grating, .still_frames = 4, .frames = 16, .count = count}, seed);
}

/// What is read are means, of differences between stimuli in units of their deviation; they stay that. What sets rates
/// close to the threshold moves by small steps.
void prepare(model& network, const at::Tensor& stimuli) {
    const at::NoGradGuard no_grad;
    const int weight = parameter_of(network, role::output_weight), bias = parameter_of(network, role::output_bias);
    const auto means = network.run(stimuli).output;
    const auto scale = means.std(0).clamp_min(1e-6).reciprocal();
    const auto cells_of_each = network.parameter(weight).size(0) / scale.size(0);
    network.set(weight, network.parameter(weight) * scale.repeat_interleave(cells_of_each));
    network.set(bias, (-means.mean(0) * scale).unsqueeze(1));
    network.freeze(weight);
    network.freeze(bias);
    for (int i = 0; i < network.parameter_count(); ++i) {
        const auto is = network.declared_parameters()[static_cast<std::size_t>(i)].is;
        if (is == role::synapses || is == role::cell_bias) network.step_gain(i, 0.1 * network.step_gain(i));
    }
}

/// The states of all cells, (stimuli, frames, cells), while something moves in twelve directions, one after another.
constexpr int directions = 12, still = 16;
at::Tensor answers(model& network, int radius, data::moving what, data::contrast_sign sign) {
    constexpr double speed = 0.5;
    const int frames = what == data::moving::edge ? static_cast<int>((2 * radius + 4) / speed) : 24;
    const at::NoGradGuard no_grad;
    network.eval();
    const auto shown = data::hexagonal_motion({.radius = radius,
                                               .what = what,
                                               .directions = directions,
                                               .still_frames = still,
                                               .frames = frames,
                                               .slowest = speed,
                                               .fastest = speed,
                                               .sign = sign,
                                               .count = directions},
                                              0);
    return network.run(images_of(shown), record_states{}).states;
}

void show_tuning(model& network, int radius) {
    const auto moved = answers(network, radius, data::moving::grating, data::contrast_sign::both);
    const auto brighter = answers(network, radius, data::moving::edge, data::contrast_sign::brighter);
    const auto darker = answers(network, radius, data::moving::edge, data::contrast_sign::darker);
    /// How much the rate of a cell rises at most, in the direction that moves it most; mean over the type's cells.
    const auto rise = [](const at::Tensor& rates) {
        return (rates.slice(1, still).amax(1) - rates.select(1, still - 1)).amax(0).mean().item<double>();
    };
    fmt::print("type      selectivity   prefers    rises by: brighter edges   darker edges\n");
    for (std::size_t type = 0; type < network.plan().types.size(); ++type) {
        const int index = static_cast<int>(type);
        const auto rates = states_of(network, moved, index).slice(1, still + 8).mean({1, 2});  // of each direction
        double x = 0, y = 0, all = 0;
        for (int i = 0; i < directions; ++i) {
            const double angle = 2 * std::numbers::pi * i / directions, mean = rates[i].item<double>();
            x += mean * std::cos(angle);
            y += mean * std::sin(angle);
            all += mean;
        }
        const double degrees = std::atan2(y, x) * 180 / std::numbers::pi;
        fmt::print("{:8}        {:.3f}     {:4.0f}                     {:.3f}          {:.3f}\n",
                   network.plan().types[type].name, all > 0 ? std::hypot(x, y) / all : 0,
                   degrees < 0 ? degrees + 360 : degrees, rise(states_of(network, brighter, index)),
                   rise(states_of(network, darker, index)));
    }
}

struct settings {
    int radius = 4, epochs = 4, train = 1024, test = 512, seeds = 1;
};

double learn(model& network, const data::labelled_images& train_set, const settings& chosen, std::uint64_t seed) {
    training_observer silent;
    training_options options;
    options.epochs = chosen.epochs;
    options.batch_size = 16;
    options.learning_rate = 3e-3;
    options.averaging = 0.9;
    options.seed = seed;
    return train(network, train_set, gratings(chosen.radius, chosen.test, 2), options, silent)
        .epochs.back()
        .test_accuracy;
}

int run(int argc, char** argv) {
    CLI::App app("the fly's motion pathway, trained to tell directions");
    std::string file = example_folder("flyvis") + "/pathway.json", saved;
    settings chosen;
    app.add_option("file", file, "the type graph");
    app.add_option("--radius", chosen.radius, "of the eye, in columns; a fly's is 15")->check(count(1, 40));
    app.add_option("--epochs", chosen.epochs, "of training; 0: none")->check(count(0, 1000));
    app.add_option("--train", chosen.train, "gratings to learn from")->check(count(16, 1'000'000));
    app.add_option("--test", chosen.test, "gratings to test on")->check(count(16, 1'000'000));
    app.add_option("--seeds", chosen.seeds, "networks to train")->check(count(1, 100));
    app.add_option("--save", saved, "file for the last network")->type_name("FILE");
    CLI11_PARSE(app, argc, argv);
    try {
        if (!saved.empty()) const io::atomic_file attempt{saved};  // refused now rather than after the training
        const auto eye = eye_of(file, chosen.radius);
        const connectome_data data{.graph = eye, .output = type_means(eye)};
        const auto train_set = gratings(chosen.radius, chosen.train, 1);
        for (int seed = 0; seed < chosen.seeds; ++seed) {
            const auto number = static_cast<std::uint64_t>(seed);
            const auto network = make<Directions>(data, {.seed = number});
            prepare(*network, images_of(train_set, 0, std::min(256, chosen.train)));
            if (seed == 0) {
                fmt::print("{} cells, {} synapses\n\nbefore learning\n", network->cell_count(),
                           network->synapse_count());
                show_tuning(*network, chosen.radius);
            }
            if (chosen.epochs > 0) {
                fmt::print("\nseed {}: {:.1f} % of {} held-out gratings are told right (chance: 25 %)\n", seed,
                           100 * learn(*network, train_set, chosen, number), chosen.test);
                show_tuning(*network, chosen.radius);
            }
            if (!saved.empty() && seed + 1 == chosen.seeds) network->save(saved);
        }
    } catch (const std::exception& fault) {
        fmt::print(stderr, "fly_motion: {}\n", fault.what());
        return 1;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    io::hold_standard_descriptors();
    return io::status_at_end("fly_motion", run(argc, argv));
}
