#include <cortexpr/train/health.hpp>

#include "evaluation_mode.hpp"
#include "health_of_rates.hpp"

#include <cortexpr/train/images_of.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <optional>

namespace cortexpr {

namespace {

std::string_view name_of_type(const plan::network& network, int type) {
    return network.types[static_cast<std::size_t>(type)].name;
}

std::string shown_type(const plan::network& network, int type) {
    const auto area = network.types[static_cast<std::size_t>(type)].area;
    return fmt::format("{} of {}", name_of_type(network, type), network.areas[static_cast<std::size_t>(area)].name);
}

}  // namespace

network_health health(network_module& network, const at::Tensor& inputs, const at::Tensor& labels, int steps) {
    const evaluation_mode scope(network);
    const auto& plan = network.plan();
    const bool is_sequence = inputs.dim() == 5;
    const auto shown_for = is_sequence ? std::optional<int>() : steps;
    network_health found;
    found.gradients = parameters_to_look_at(network);
    const at::AutoGradMode gradients(!found.gradients.empty());
    const auto run =
        network.run(inputs, {.steps = shown_for, .record_states = std::vector<bool>(plan.types.size(), true)});
    for (std::size_t type = 0; type < plan.types.size(); ++type)
        look_at_rates(static_cast<int>(type), run.states[type].detach(), plan.types[type].nonlinearity, found.rates);
    if (!found.gradients.empty()) look_at_gradients(network, run.logits, labels, found.gradients);
    return found;
}

network_health health(network_module& network, const data::labelled_images& examples, int steps) {
    const int count = std::min(examples.count, most_health_examples);
    return health(network, images_of(examples, 0, count).to(network.device(), network.dtype()),
                  wanted_of(examples, 0, count), steps);
}

std::vector<std::string> complaints(const plan::network& network, const network_health& found) {
    return complaints_of(
        found, [&](int type) { return shown_type(network, type); }, network.parameters);
}

}  // namespace cortexpr
