#pragma once
// What a run of a connectome computes, of which the answer to a still input is read and every parameter's gradient is
// wanted; and what each rule spares of one product for each part and step.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/connectome.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace cortexpr::plan {

/// The parts of a connectome that multiply, in the order of a run.
enum class connectome_part : std::uint8_t { stimulus, synapses, output, readout };
/// How many there are.
inline constexpr int connectome_parts = 4;

/// What a graph says of a connectome: the factors of each part's product, 0 where cells are inputs or outputs
/// themselves.
struct circuit_size {
    std::int64_t cells = 0;                                ///< N
    std::array<std::int64_t, connectome_parts> weights{};  ///< by part
};

/// At how many steps a product is computed, and its adjoints are.
struct product_steps {
    int forward = 0;     ///< W x
    int to_sources = 0;  ///< the gradient of x
    int to_weights = 0;  ///< the gradient of W

    constexpr int all() const { return forward + to_sources + to_weights; }
    friend constexpr bool operator==(const product_steps&, const product_steps&) = default;
};

/// In the order in which they are applied: each rule spares what it takes from what those before it left.
enum class connectome_saving : std::uint8_t {
    only_live_outputs,
    constant_drive,
    zero_states,
    only_requested_gradients,
    frozen_weights,
};
/// How many there are.
inline constexpr int connectome_saving_count = 5;

/// How a rule is named, and what it does.
struct connectome_saving_words {
    std::string_view name, meaning;
};

/// The words of a rule.
constexpr connectome_saving_words words_of(connectome_saving saving) {
    using enum connectome_saving;
    switch (saving) {
        case only_live_outputs:
            return {"only live outputs", "outputs are computed only at the steps at which they are needed"};
        case constant_drive:
            return {"input out of the time loop", "what a still stimulus drives is computed once, not at every step"};
        case zero_states:
            return {"zero states", "no synapse is read at a first step that starts from zeros"};
        case only_requested_gradients:
            return {"only requested gradients",
                    "gradients of stimulus and initial states are computed only on request (autograd does so, too)"};
        case frozen_weights:
            return {"frozen weights", "synapses that aren't trained have no gradient"};
        default:
            return {};
    }
}

/// Steps of each part under the first `rules` of the list.
constexpr std::array<product_steps, connectome_parts> product_steps_of(const connectome& network, int steps,
                                                                       int rules = connectome_saving_count) {
    const auto has = [rules](connectome_saving rule) { return static_cast<int>(rule) < rules; };
    const product_steps every{.forward = steps, .to_sources = steps, .to_weights = steps};
    std::array<product_steps, connectome_parts> all{every, every, every, {1, 1, 1}};
    auto& [stimulus, synapses, output, readout] = all;
    if (has(connectome_saving::only_live_outputs)) output = {1, 1, 1};
    if (has(connectome_saving::constant_drive)) stimulus = {1, 1, 1};
    const bool from_zeros =
        std::ranges::all_of(network.types, [](const auto& type) { return type.initial_state == fill::zeros; });
    if (has(connectome_saving::zero_states) && from_zeros) {
        --synapses.forward;
        --synapses.to_weights;
    }
    if (has(connectome_saving::only_requested_gradients)) {
        --stimulus.to_sources;
        --synapses.to_sources;
    }
    if (has(connectome_saving::frozen_weights) && network.weights == weight_mode::frozen) synapses.to_weights = 0;
    return all;
}

/// What is saved for the backward pass, of one sample: states and values of nonlinearities of all steps.
constexpr std::int64_t saved_bytes_of(const circuit_size& size, int steps) {
    return std::int64_t{2 * sizeof(float)} * size.cells * steps;
}

}  // namespace cortexpr::plan
