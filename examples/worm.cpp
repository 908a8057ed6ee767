// The worm: the 302 neurons of C. elegans, wired as measured (examples/data/celegans has the files, licence and
// source).
//
//     worm [FOLDER] [--digits FOLDER] [--epochs 3] [--seeds 2] [--rewirings 1]
//
// First, untrained: what a touch does to the motor neurons for moving backward (DA, VA) and forward (DB, VB). The touch
// receptors release glutamate, which inhibits here, and the gap junctions by which they excite are left out; so a touch
// at the head suppresses moving forward, one at the tail moving backward. Command interneurons carry it: with AVB and
// PVC silenced little is left of the one, with AVA and AVD of the other (the circuit of M. Chalfie et al., J. Neurosci.
// 5, 1985). Then: the network is trained to read digits, shown to its sensory neurons and read from its motor neurons,
// beside networks that are wired at random but for the number of synapses of each neuron, and for how many lead from
// each role to each. Synapses learn, or stay as they are while the stimulus and the readout learn.
#include "count.hpp"
#include "example_data.hpp"
#include "worm_cells.hpp"

#include <cortexpr/circuit/controls.hpp>
#include <cortexpr/circuit/files.hpp>
#include <cortexpr/data/load_images.hpp>
#include <cortexpr/dsl.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/module/connectome_model.hpp>
#include <cortexpr/train/trainer.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

using namespace cortexpr;

namespace {

struct Touch : connectome<cells<sensory, interneuron, motor, pharyngeal, other>, synapses<as_in_the_file>,
                          stimulus_to<sensory>, output_from<motor>> {};

/// As Reader, but for synapses that stay.
struct Fixed : connectome<cells<sensory, interneuron, motor, pharyngeal, other>, synapses<as_in_the_file>,
                          dense_stimulus_to<784, sensory>, output_from<motor>, weights<weight_mode::frozen>> {};
struct FixedReader : classifier<Fixed, classes<10>, hidden<64>> {};

using names = std::vector<std::string>;

/// Cells whose id is one of the names, or begins with one of them and goes on with a number.
std::vector<std::int32_t> cells_named(const circuit::graph& worm, const names& wanted) {
    std::vector<std::int32_t> cells;
    const auto fits = [](std::string_view id, std::string_view name) {
        if (!id.starts_with(name)) return false;
        return std::ranges::all_of(id.substr(name.size()), [](unsigned char c) { return c >= '0' && c <= '9'; });
    };
    for (std::size_t cell = 0; cell < worm.neurons.ids.size(); ++cell)
        if (std::ranges::any_of(wanted, [&](const auto& name) { return fits(worm.neurons.ids[cell], name); }))
            cells.push_back(static_cast<std::int32_t>(cell));
    return cells;
}

/// What a stimulus of touch receptors adds to the mean rate of some motor neurons.
class touch_response {
  public:
    explicit touch_response(const circuit::graph& worm) : worm_(worm), net_(make<Touch>({.graph = worm})) {
        net_->eval();
        sensory_ = net_->cells_of<sensory>();
    }

    double of(const names& touched, const names& motors, const std::vector<std::int32_t>& silenced) const {
        return mean_rate(touched, motors, silenced) - mean_rate({}, motors, silenced);
    }
    std::vector<std::int32_t> cells(const names& wanted) const { return cells_named(worm_, wanted); }

  private:
    double mean_rate(const names& touched, const names& motors, const std::vector<std::int32_t>& silenced) const {
        const at::NoGradGuard no_grad;
        auto input = at::zeros({1, net_->input_size()});
        for (const auto cell : cells(touched)) {
            const auto at = std::ranges::find(sensory_, cell) - sensory_.begin();
            input[0][at] = 10;
        }
        const auto run = net_->run(input, steps{10}, record_states{}, clamp_cells{.cells = silenced});
        double sum = 0;
        const auto read = cells(motors);
        for (const auto cell : read) sum += run.states[0][9][cell].item<double>();
        return sum / static_cast<double>(read.size());
    }

    circuit::graph worm_;
    std::shared_ptr<connectome_model<Touch>> net_;
    std::vector<std::int32_t> sensory_;
};

void show_touch(const circuit::graph& worm) {
    const touch_response response(worm);
    const names head{"ALML", "ALMR", "AVM"}, tail{"PLML", "PLMR"};
    const names backward{"DA", "VA"}, forward{"DB", "VB"};
    const std::vector<std::pair<const char*, names>> silences{
        {"none", {}}, {"AVA AVD", {"AVAL", "AVAR", "AVDL", "AVDR"}}, {"AVB PVC", {"AVBL", "AVBR", "PVCL", "PVCR"}}};
    fmt::print("touch, change of mean rate   head: backward   forward      tail: backward   forward\n");
    for (const auto& [name, silenced] : silences) {
        const auto cells = response.cells(silenced);
        fmt::print("silenced {:12}              {:+.3f}  {:+.3f}             {:+.3f}  {:+.3f}\n", name,
                   response.of(head, backward, cells), response.of(head, forward, cells),
                   response.of(tail, backward, cells), response.of(tail, forward, cells));
    }
}

struct study {
    data::labelled_images train_set, test_set;
    int epochs = 0, seeds = 0, rewirings = 0;
};

template <class Declared>
double trained(const circuit::graph& wiring, const study& what, std::uint64_t seed) {
    const auto net = make<Declared>({.graph = wiring}, {.seed = seed});
    training_observer silent;
    training_options options;
    options.epochs = what.epochs;
    options.batch_size = 32;
    options.steps = 6;
    options.learning_rate = 3e-3;
    options.seed = seed;
    return 100 * train(*net, what.train_set, what.test_set, options, silent).epochs.back().test_accuracy;
}

/// The score of each wiring: the mean over seeds of training. Its line has the mean, lowest and highest of these means,
/// and the lowest and highest of all runs.
template <class Declared>
void show(const char* learns, const char* name, const std::vector<circuit::graph>& wirings, const study& what) {
    std::vector<double> means, all;
    for (const auto& wiring : wirings) {
        double sum = 0;
        for (int seed = 0; seed < what.seeds; ++seed) {
            all.push_back(trained<Declared>(wiring, what, static_cast<std::uint64_t>(seed)));
            sum += all.back();
        }
        means.push_back(sum / what.seeds);
    }
    const auto [lowest_mean, highest_mean] = std::ranges::minmax(means);
    const auto [lowest, highest] = std::ranges::minmax(all);
    double mean = 0;
    for (const double one : means) mean += one / static_cast<double>(means.size());
    fmt::print("{:15}{:20}{:7}{:10.2f} %   {:5.2f} to {:5.2f} %    {:5.2f} to {:5.2f} %\n", learns, name,
               wirings.size(), mean, lowest_mean, highest_mean, lowest, highest);
    std::fflush(stdout);
}

void show_learning(const circuit::graph& worm, const study& what) {
    const std::vector<circuit::graph> own{worm};
    std::vector<circuit::graph> rewired, within_roles;
    for (int seed = 0; seed < what.rewirings; ++seed) {
        rewired.push_back(circuit::rewired(worm, static_cast<std::uint64_t>(seed)));
        within_roles.push_back(circuit::rewired(worm, static_cast<std::uint64_t>(seed), {.keep_types = true}));
    }
    fmt::print("\ndigits after {} epochs, {} runs of each wiring\n", what.epochs, what.seeds);
    fmt::print("synapses       wiring              wirings   right   means of wirings     all runs\n");
    const auto show_all = [&]<class Declared>(const char* learns) {
        show<Declared>(learns, "its own", own, what);
        if (rewired.empty()) return;
        show<Declared>(learns, "rewired", rewired, what);
        show<Declared>(learns, "rewired, roles kept", within_roles, what);
    };
    show_all.operator()<Reader>("learn");
    show_all.operator()<FixedReader>("stay");
}

int run(int argc, char** argv) {
    CLI::App app("the worm's 302 neurons: touch, and digits");
    std::string folder = example_folder("celegans"), digits = example_folder("mnist");
    int epochs = 3, seeds = 2, rewirings = 1;
    app.add_option("folder", folder, "with connections.csv and neurons.csv");
    app.add_option("--digits", digits, "images to train on");
    app.add_option("--epochs", epochs, "of training; 0: none")->check(count(0, 1000));
    app.add_option("--seeds", seeds, "runs of each wiring")->check(count(1, 100));
    app.add_option("--rewirings", rewirings, "of each kind")->check(count(0, 100));
    CLI11_PARSE(app, argc, argv);
    try {
        if (!std::filesystem::is_directory(folder))
            throw file_error(folder, "is no folder; give that with connections.csv and neurons.csv, as worm FOLDER");
        circuit::report found;
        const auto worm = circuit::load(worm_files(folder), {}, &found);
        fmt::print("{}\n", circuit::text_of(found));
        show_touch(worm);
        if (epochs == 0) return 0;
        show_learning(worm, {.train_set = data::load_images(digits, data::split::train),
                             .test_set = data::load_images(digits, data::split::test),
                             .epochs = epochs,
                             .seeds = seeds,
                             .rewirings = rewirings});
    } catch (const std::exception& fault) {
        fmt::print(stderr, "worm: {}\n", fault.what());
        return 1;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    io::hold_standard_descriptors();
    return io::status_at_end("worm", run(argc, argv));
}
