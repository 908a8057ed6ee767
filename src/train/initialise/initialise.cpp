#include <cortexpr/train/initialise.hpp>

#include "../batch_loader.hpp"
#include "../regression.hpp"
#include "balanced.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/train/trainer.hpp>

#include <torch/types.h>

#include <algorithm>
#include <span>
#include <vector>

namespace cortexpr {

namespace {

at::Tensor sample_of(const data::labelled_images& examples, std::uint64_t seed, const network_module& network) {
    // Not tuned: statistics of the fit are means over these and over positions.
    constexpr int most_images = 512, least_sequences = 64;
    const int most = examples.is_sequence() ? std::max(least_sequences, most_images / examples.frames) : most_images;
    constexpr std::uint64_t no_epoch = ~std::uint64_t{0};  // an order that no epoch has
    const auto order = data::shuffled_order(static_cast<std::uint32_t>(examples.count), seed, no_epoch);
    const auto chosen = std::span(order).first(std::min<std::size_t>(static_cast<std::size_t>(most), order.size()));
    return batch_loader(examples, most, network.device(), network.dtype()).load(chosen).images;
}

}  // namespace

void initialise(network_module& network, initialisation how, std::uint64_t seed, const at::Tensor& inputs, int steps) {
    network.reset_parameters(seed);
    if (how == initialisation::balanced) balance(network, seed, inputs, steps);
}

void initialise(network_module& network, initialisation how, std::uint64_t seed, const data::labelled_images& examples,
                int steps) {
    initialise(network, how, seed, sample_of(examples, seed, network), steps);
    start_at_targets(network, examples);
}

void start_at_targets(trainable& network, const data::labelled_images& examples) {
    if (network.targets() == 0) return;
    require_targets(network.name(), network.targets(), examples);
    data::require_targets(examples);
    std::vector<double> means, deviations;
    for (const auto& target : data::measured_targets(examples)) {
        means.push_back(target.mean);
        deviations.push_back(target.standard_deviation);
    }
    const at::NoGradGuard no_gradients;
    const auto [weight, bias] = last_layer_of(network);
    const auto &weights = network.parameter(weight), &biases = network.parameter(bias);
    const auto like = biases.options().requires_grad(false);
    const auto scale = at::tensor(deviations, at::kDouble).to(like);
    weights.mul_(scale.unsqueeze(1));
    biases.mul_(scale).add_(at::tensor(means, at::kDouble).to(like));
}

}  // namespace cortexpr
