#include "regularise.hpp"

#include <fmt/format.h>
#include <torch/types.h>

#include <optional>

namespace cortexpr {

namespace {

bool is_weight(plan::parameter::role role) {
    using enum plan::parameter::role;
    return role == edge_weight || role == feedback_weight || role == readout_weight || role == synapses ||
           role == stimulus_weight || role == output_weight;
}

bool is_between_neurons(plan::parameter::role role) {
    using enum plan::parameter::role;
    return role == edge_weight || role == feedback_weight || role == synapses;
}

at::Tensor constant_like(const at::Tensor& parameter, double value) {
    return at::full({}, value, parameter.options().requires_grad(false));
}

std::vector<at::Tensor> gradients_of(const parameter_set& network) {
    std::vector<at::Tensor> gradients;
    for (int index = 0; index < network.parameter_count(); ++index)
        if (auto gradient = network.parameter(index).grad(); gradient.defined()) gradients.push_back(gradient);
    return gradients;
}

}  // namespace

weight_decays decays_of(const trainable& network, const optimiser_options& options) {
    weight_decays decays(static_cast<std::size_t>(network.parameter_count()));
    for (int index = 0; index < network.parameter_count(); ++index) {
        const auto& parameter = network.parameter(index);
        if (!is_weight(network.declared_parameters()[static_cast<std::size_t>(index)].is)) continue;
        auto decay = constant_like(parameter, options.weight_decay);
        const auto replace = [&](neuron_class kind, const std::optional<double>& value) {
            const auto mask = value ? network.presynaptic(index, kind) : at::Tensor();
            if (mask.defined())
                decay = at::lerp(decay.expand_as(mask), constant_like(parameter, *value).expand_as(mask), mask);
        };
        replace(neuron_class::excitatory, options.excitatory_weight_decay);
        replace(neuron_class::inhibitory, options.inhibitory_weight_decay);
        if (decay.any().item<bool>()) decays[static_cast<std::size_t>(index)] = decay;
    }
    return decays;
}

weight_costs costs_of(const trainable& network, const penalty_options& options) {
    weight_costs costs(static_cast<std::size_t>(network.parameter_count()));
    bool has_lengths = false;
    for (int index = 0; index < network.parameter_count(); ++index) {
        if (!is_between_neurons(network.declared_parameters()[static_cast<std::size_t>(index)].is)) continue;
        auto& cost = costs[static_cast<std::size_t>(index)];
        if (options.weight_l1 > 0) cost = constant_like(network.parameter(index), options.weight_l1);
        const auto lengths = options.wiring_length > 0 ? network.wiring_lengths(index) : at::Tensor();
        if (!lengths.defined()) continue;
        has_lengths = true;
        cost = cost.defined() ? cost + options.wiring_length * lengths : options.wiring_length * lengths;
    }
    if (options.wiring_length > 0 && !has_lengths)
        throw usage_error(
            fmt::format("the synapses of {} have no places, so their length can't cost anything; use the "
                        "penalty on absolute weights",
                        network.name()));
    return costs;
}

void add_gradients(const parameter_set& network, const weight_costs& costs) {
    for (std::size_t i = 0; i < costs.size(); ++i) {
        const auto& parameter = network.parameter(static_cast<int>(i));
        if (costs[i].defined() && parameter.grad().defined())
            parameter.mutable_grad().add_(parameter.detach().sign().mul_(costs[i]));
    }
}

void clip_gradients(const parameter_set& network, const optimiser_options& options) {
    if (!options.clip_value && !options.clip_norm) return;
    const auto gradients = gradients_of(network);
    if (gradients.empty()) return;
    if (options.clip_value) {
        at::_foreach_clamp_min_(gradients, -*options.clip_value);
        at::_foreach_clamp_max_(gradients, *options.clip_value);
    }
    if (options.clip_norm) {
        constexpr double epsilon = 1e-6;  // PyTorch's
        const auto norm = at::stack(at::_foreach_norm(gradients)).norm();
        at::_foreach_mul_(gradients, (*options.clip_norm / (norm + epsilon)).clamp_max(1));
    }
}

at::Tensor activity_penalty(const std::vector<at::Tensor>& rates, const penalty_options& options) {
    at::Tensor sum;
    std::int64_t count = 0;
    for (const auto& some : rates) {
        count += some.numel();
        const auto add = [&](const at::Tensor& term) { sum = sum.defined() ? sum + term : term; };
        if (options.activity_l1 > 0) add(options.activity_l1 * some.abs().sum());
        if (options.activity_l2 > 0) add(options.activity_l2 * some.square().sum());
    }
    return sum / count;
}

}  // namespace cortexpr
