// Whether a connectome is alive.

#include "health_of_rates.hpp"

#include <cortexpr/run/sequence.hpp>
#include <cortexpr/train/images_of.hpp>

#include <torch/types.h>

#include <algorithm>

namespace cortexpr {

namespace {

/// The function whose range the rates have.
activation_function range_giver(const plan::cell_type& type) {
    return type.rectified ? activation_function(activation::relu) : type.nonlinearity;
}

}  // namespace

network_health health(connectome_module& network, const at::Tensor& inputs, const at::Tensor& labels, int steps) {
    return health_of(network, labels, [&](std::vector<rate_health>& rates) {
        const auto& types = network.plan().types;
        connectome_request request{.record_states = true};
        if (!is_sequence(inputs)) request.steps = steps;
        const auto run = network.run(inputs, request);
        const auto all = run.states.detach();
        for (int type = 0; type < static_cast<int>(types.size()); ++type)
            look_at_rates(type, states_of(network, all, type), range_giver(types[static_cast<std::size_t>(type)]),
                          rates);
        return run.logits;
    });
}

network_health health(connectome_module& network, const data::labelled_images& examples, int steps) {
    const int count = std::min(examples.count, most_health_examples);
    return health(network, images_of(examples, 0, count).to(network.device(), network.dtype()),
                  wanted_of(examples, 0, count), steps);
}

std::vector<std::string> complaints(const connectome_module& network, const network_health& found) {
    return complaints_of(
        found, [&](int type) { return std::string(network.plan().types[static_cast<std::size_t>(type)].name); },
        network.declared_parameters());
}

}  // namespace cortexpr
