#include "optimiser.hpp"

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

namespace cortexpr {

namespace {

std::vector<torch::optim::OptimizerParamGroup> groups_by_gain(const network_module& network) {
    std::map<double, std::vector<at::Tensor>> by_gain;
    const auto count = static_cast<int>(network.plan().parameters.size());
    for (int index = 0; index < count; ++index) {
        const auto& parameter = network.parameter(index);
        if (parameter.requires_grad()) by_gain[network.step_gain(index)].push_back(parameter);
    }
    if (by_gain.empty()) throw usage_error("every parameter of the network is frozen; unfreeze one to train");
    std::vector<torch::optim::OptimizerParamGroup> groups;
    for (auto& [gain, parameters] : by_gain)
        groups.emplace_back(std::move(parameters), std::make_unique<torch::optim::AdamOptions>(gain));
    return groups;
}

}  // namespace

optimiser::optimiser(network_module& network, const std::vector<adam_moments>& moments)
    : network_(network), adam_(groups_by_gain(network)) {
    for (const auto& group : adam_.param_groups()) gains_.push_back(group.options().get_lr());
    const auto& parameters = network.plan().parameters;
    if (moments.empty()) return;
    if (moments.size() != parameters.size())
        throw usage_error(fmt::format("the training state holds moments of {} parameters, the network has {}",
                                      moments.size(), parameters.size()));
    for (std::size_t index = 0; index < moments.size(); ++index) {
        const auto& parameter = network.parameter(static_cast<int>(index));
        if (!moments[index].mean.defined() || !parameter.requires_grad()) continue;
        if (moments[index].mean.sizes() != parameter.sizes() || moments[index].square.sizes() != parameter.sizes())
            throw usage_error(fmt::format("the training state's moments of {} have another shape than the parameter",
                                          std::string_view(parameters[index].name)));
        auto state = std::make_unique<torch::optim::AdamParamState>();
        state->step(moments[index].step);
        state->exp_avg(moments[index].mean.to(parameter.options()).clone());
        state->exp_avg_sq(moments[index].square.to(parameter.options()).clone());
        adam_.state()[parameter.unsafeGetTensorImpl()] = std::move(state);
    }
}

void optimiser::step(double learning_rate) {
    for (std::size_t group = 0; group < gains_.size(); ++group)
        adam_.param_groups()[group].options().set_lr(learning_rate * gains_[group]);
    adam_.step();
    network_.project();
    adam_.zero_grad();
}

void optimiser::average(std::vector<at::Tensor>& means, double decay, std::int64_t step) const {
    const at::NoGradGuard no_gradients;
    // Early means forget faster, so that they don't cling to the start.
    constexpr double early = 10.0;
    const auto count = static_cast<double>(step);
    const double weight = 1 - std::min(decay, count / (count + early));
    for (std::size_t index = 0; index < means.size(); ++index)
        if (means[index].defined()) means[index].lerp_(network_.parameter(static_cast<int>(index)).detach(), weight);
}

std::vector<adam_moments> optimiser::moments() const {
    std::vector<adam_moments> result(network_.plan().parameters.size());
    for (std::size_t index = 0; index < result.size(); ++index) {
        const auto found = adam_.state().find(network_.parameter(static_cast<int>(index)).unsafeGetTensorImpl());
        if (found == adam_.state().end()) continue;
        const auto& state = static_cast<const torch::optim::AdamParamState&>(*found->second);
        result[index] = {state.step(), state.exp_avg(), state.exp_avg_sq()};
    }
    return result;
}

}  // namespace cortexpr
