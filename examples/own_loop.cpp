// A training loop of one's own, in plain LibTorch:  own_loop [FOLDER]
//
// What `train` does beside the loop, in a line each: the initialisation and its step gains, the projection that keeps
// Dale's law, running means, evaluation.
#include "example_data.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/data/load_images.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/train/optimiser_groups.hpp>
#include <cortexpr/train/running_means.hpp>
#include <cortexpr/train/trainer.hpp>

#include <torch/nn/functional/loss.h>

#include <algorithm>
#include <cstdio>
#include <string>

using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

// clang-format off
struct V1 : area<
    input<1, 28, 28>,
    neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};
// clang-format on

struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};

int show_usage(const std::string& asked) {
    std::puts("usage: own_loop [FOLDER of MNIST's files]");
    return asked == "--help" ? 0 : 2;
}

int run(int argc, char** argv) {
    try {
        const std::string folder = argc > 1 ? argv[1] : example_folder("mnist");
        const auto digits = data::load_images(folder, data::split::train);
        const auto held_out = data::load_images(folder, data::split::test);
        constexpr int epochs = 1, batch_size = 64, shown_for = 5;
        constexpr std::uint64_t seed = 0;

        auto net = make<Digits>({.seed = seed});
        initialise(*net, initialisation::balanced, seed, digits, shown_for);
        torch::optim::Adam adam(optimiser_groups(*net, 1e-3));  // kernels take larger steps than the readout
        auto means = running_means_of(*net);
        std::int64_t step = 0;
        for (int epoch = 0; epoch < epochs; ++epoch) {
            net->train();
            const auto order = data::shuffled_order(static_cast<std::uint32_t>(digits.count), seed, epoch);
            for (const auto batch : data::batches(order, batch_size)) {
                const auto logits = net->forward(images_of(digits, batch), steps{shown_for});
                const auto loss = torch::nn::functional::cross_entropy(logits, labels_of(digits, batch));
                // Adam's first steps have full size whatever the gradient, so the rate rises over 200 steps.
                set_learning_rate(adam, *net, 1e-3 * std::min(1.0, static_cast<double>(step + 1) / 200));
                adam.zero_grad();
                loss.backward();
                adam.step();
                net->project();  // weights that Dale's law bounds, and tau; forgotten, the next forward says so
                take_into_means(means, *net, 0.99, ++step);
            }
            const averaged_parameters averaged(*net, means);  // until the end of this scope
            const auto result = evaluate(*net, held_out, {.steps = shown_for});
            std::printf("epoch %d  test loss %.4f  accuracy %.2f %%\n", epoch + 1, result.loss, 100 * result.accuracy);
        }
        const averaged_parameters averaged(*net, means);
        net->save("own_loop.safetensors", {{"steps", std::to_string(shown_for)}});
        std::puts("the model is in own_loop.safetensors");
        return 0;
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "own_loop: %s\n", fault.what());
        return 1;
    }
}

int main(int argc, char** argv) {
    io::hold_standard_descriptors();
    const bool is_asked = argc > 2 || (argc == 2 && *argv[1] == '-');
    const int status = is_asked ? show_usage(argv[1]) : run(argc, argv);
    return io::status_at_end("own_loop", status);  // 1 where what was printed didn't arrive
}
