// The worm: the 302 neurons of C. elegans, wired as measured (examples/data/celegans has the files, licence and
// source).
//
//     worm [FOLDER] [--digits FOLDER] [--epochs 3] [--seeds 2]
//
// First, untrained: what a touch does to the motor neurons for moving backward (DA, VA) and forward (DB, VB). The touch
// receptors release glutamate, which inhibits here, and the gap junctions by which they excite are left out; so a touch
// at the head suppresses moving forward, one at the tail moving backward. Command interneurons carry it: with AVB and
// PVC silenced little is left of the one, with AVA and AVD of the other (the circuit of M. Chalfie et al., J. Neurosci.
// 5, 1985). Then: the network is trained to read digits, shown to its sensory neurons and read from its motor neurons,
// beside networks that are wired at random but for the number of synapses of each neuron.
#include "example_data.hpp"
#include "worm_cells.hpp"

#include <cortexpr/circuit/controls.hpp>
#include <cortexpr/circuit/files.hpp>
#include <cortexpr/data/load_images.hpp>
#include <cortexpr/dsl.hpp>
#include <cortexpr/module/connectome_model.hpp>
#include <cortexpr/train/trainer.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

using namespace cortexpr;

namespace {

struct Touch : connectome<cells<sensory, interneuron, motor, pharyngeal, other>, synapses<as_in_the_file>,
                          stimulus_to<sensory>, output_from<motor>> {};

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
    const std::vector<std::pair<const char*, names>> lesions{
        {"none", {}}, {"AVA AVD", {"AVAL", "AVAR", "AVDL", "AVDR"}}, {"AVB PVC", {"AVBL", "AVBR", "PVCL", "PVCR"}}};
    fmt::print("touch, change of mean rate   head: backward   forward      tail: backward   forward\n");
    for (const auto& [name, silenced] : lesions) {
        const auto cells = response.cells(silenced);
        fmt::print("silenced {:12}              {:+.3f}  {:+.3f}             {:+.3f}  {:+.3f}\n", name,
                   response.of(head, backward, cells), response.of(head, forward, cells),
                   response.of(tail, backward, cells), response.of(tail, forward, cells));
    }
}

double trained(const circuit::graph& wiring, const data::labelled_images& train_set,
               const data::labelled_images& test_set, int epochs, std::uint64_t seed) {
    const auto net = make<Reader>({.graph = wiring}, {.seed = seed});
    training_observer silent;
    training_options options;
    options.epochs = epochs;
    options.batch_size = 32;
    options.steps = 6;
    options.learning_rate = 3e-3;
    options.seed = seed;
    return train(*net, train_set, test_set, options, silent).epochs.back().test_accuracy;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("the worm's 302 neurons: touch, and digits");
    std::string folder = example_data("celegans"), digits = example_data("mnist");
    int epochs = 3, seeds = 2;
    app.add_option("folder", folder, "with connections.csv and neurons.csv");
    app.add_option("--digits", digits, "images to train on");
    app.add_option("--epochs", epochs, "of training; 0: none")->check(CLI::Range(0, 1000));
    app.add_option("--seeds", seeds, "of each wiring")->check(CLI::Range(1, 100));
    CLI11_PARSE(app, argc, argv);
    try {
        circuit::report found;
        const auto worm = circuit::load(worm_files(folder), {}, &found);
        fmt::print("{}\n", circuit::text_of(found));
        show_touch(worm);
        if (epochs == 0) return 0;
        const auto train_set = data::load_images(digits, data::split::train);
        const auto test_set = data::load_images(digits, data::split::test);
        fmt::print("\ndigits after {} epochs   its own wiring   rewired\n", epochs);
        for (int seed = 0; seed < seeds; ++seed) {
            const auto number = static_cast<std::uint64_t>(seed);
            fmt::print("seed {}                        {:.1f} %    {:.1f} %\n", seed,
                       100 * trained(worm, train_set, test_set, epochs, number),
                       100 * trained(circuit::rewired(worm, number), train_set, test_set, epochs, number));
        }
    } catch (const error& fault) {
        fmt::print(stderr, "worm: {}\n", fault.what());
        return 1;
    }
    return 0;
}
