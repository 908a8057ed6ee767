#include "optimiser.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace cortexpr {

namespace {

// Adam's usual constants (D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015).
constexpr double mean_decay = 0.9, square_decay = 0.999, epsilon = 1e-8;

/// Trainable parameters by step gain.
std::map<double, std::vector<int>> parameters_by_gain(const parameter_set& parameters) {
    std::map<double, std::vector<int>> by_gain;
    for (int index = 0; index < parameters.parameter_count(); ++index)
        if (parameters.parameter(index).requires_grad()) by_gain[parameters.step_gain(index)].push_back(index);
    if (by_gain.empty()) throw usage_error("every parameter of the network is frozen; unfreeze one to train");
    return by_gain;
}

/// float32 whatever the parameters are: whole numbers up to 2^24 are exact.
at::Tensor step_count(const at::Tensor& parameter, std::int64_t steps) {
    return at::full({}, steps, parameter.options().dtype(at::kFloat).requires_grad(false));
}

}  // namespace

optimiser::optimiser(parameter_set& parameters, const std::vector<adam_moments>& moments)
    : parameters_(parameters), states_(parameters.declared_parameters().size()) {
    for (auto& [gain, indices] : parameters_by_gain(parameters)) groups_.push_back({gain, std::move(indices), {}});
    const auto declared = parameters.declared_parameters();
    if (moments.empty()) return;
    if (moments.size() != declared.size())
        throw usage_error(fmt::format("the training state holds moments of {} parameters, the network has {}",
                                      moments.size(), declared.size()));
    for (std::size_t index = 0; index < moments.size(); ++index) {
        const auto& parameter = parameters.parameter(static_cast<int>(index));
        if (!moments[index].mean.defined() || !parameter.requires_grad()) continue;
        if (moments[index].mean.sizes() != parameter.sizes() || moments[index].square.sizes() != parameter.sizes())
            throw usage_error(fmt::format("the training state's moments of {} have another shape than the parameter",
                                          std::string_view(declared[index].name)));
        const auto own = [&parameter](const at::Tensor& given) { return given.to(parameter.options()).clone(); };
        states_[index] = {own(moments[index].mean), own(moments[index].square),
                          step_count(parameter, moments[index].step)};
    }
}

void optimiser::start(int index) {
    const auto parameter = parameters_.parameter(index).detach();
    states_[static_cast<std::size_t>(index)] = {at::zeros_like(parameter), at::zeros_like(parameter),
                                                step_count(parameter, 0)};
}

/// Of parameters that have a gradient, with their steps counted: the fused operation leaves that to its caller.
optimiser::lists optimiser::counted_lists_of(const group& group) {
    lists all;
    for (const int index : group.parameters) {
        const auto& parameter = parameters_.parameter(index);
        if (!parameter.grad().defined()) continue;
        if (!states_[static_cast<std::size_t>(index)].steps.defined()) start(index);
        const auto& state = states_[static_cast<std::size_t>(index)];
        all.parameters.push_back(parameter);
        all.gradients.push_back(parameter.grad().contiguous());
        all.means.push_back(state.mean);
        all.squares.push_back(state.square);
        all.steps.push_back(state.steps);
    }
    if (!all.steps.empty()) at::_foreach_add_(all.steps, 1);
    return all;
}

void optimiser::end_step() {
    parameters_.project();
    parameters_.zero_grad();
}

void optimiser::step(double learning_rate) {
    const at::NoGradGuard no_gradients;
    for (const auto& group : groups_) {
        const auto all = counted_lists_of(group);
        if (!all.parameters.empty())
            at::_fused_adam_(all.parameters, all.gradients, all.means, all.squares, /*max_exp_avg_sqs=*/{}, all.steps,
                             learning_rate * group.gain, mean_decay, square_decay, /*weight_decay=*/0, epsilon,
                             /*amsgrad=*/false, /*maximize=*/false);
    }
    end_step();
}

void optimiser::set_rates(double learning_rate) {
    for (auto& group : groups_) {
        if (!group.rate.defined())
            group.rate = at::zeros({}, at::TensorOptions().device(parameters_.device()).dtype(at::kFloat));
        group.rate.fill_(learning_rate * group.gain);
    }
}

void optimiser::step_with_rates(const at::Tensor& is_void) {
    const at::NoGradGuard no_gradients;
    for (const auto& group : groups_) {
        const auto all = counted_lists_of(group);
        if (!all.parameters.empty())
            at::_fused_adam_(all.parameters, all.gradients, all.means, all.squares, /*max_exp_avg_sqs=*/{}, all.steps,
                             group.rate, mean_decay, square_decay, /*weight_decay=*/0, epsilon, /*amsgrad=*/false,
                             /*maximize=*/false, /*grad_scale=*/{}, is_void);
    }
    end_step();
}

std::vector<adam_moments> optimiser::moments() const {
    std::vector<adam_moments> result;
    for (const auto& state : states_) {
        const auto steps = state.steps.defined() ? static_cast<std::int64_t>(state.steps.item<float>()) : 0;
        result.push_back({steps, state.mean, state.square});
    }
    return result;
}

}  // namespace cortexpr
