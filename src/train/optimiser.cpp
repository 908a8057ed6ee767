#include "optimiser.hpp"

#include <ATen/record_function.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <map>
#include <string_view>
#include <utility>

namespace cortexpr {

namespace {

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

optimiser::optimiser(parameter_set& parameters, const std::vector<optimiser_memory>& memory,
                     std::shared_ptr<const update_rule> rule, weight_decays decays)
    : parameters_(parameters),
      rule_(std::move(rule)),
      decays_(std::move(decays)),
      states_(parameters.declared_parameters().size()) {
    decays_.resize(states_.size());
    for (auto& [gain, indices] : parameters_by_gain(parameters)) groups_.push_back({gain, std::move(indices), {}});
    const auto declared = parameters.declared_parameters();
    if (memory.empty()) return;
    if (memory.size() != declared.size())
        throw usage_error(
            fmt::format("the training state holds what an optimiser kept of {} parameters, the network "
                        "has {}",
                        memory.size(), declared.size()));
    for (std::size_t index = 0; index < memory.size(); ++index) {
        const auto& parameter = parameters.parameter(static_cast<int>(index));
        if (memory[index].step == 0 || !parameter.requires_grad()) continue;
        auto& state = states_[index];
        for (std::size_t kept = 0; kept < rule_->kept().size(); ++kept) {
            const auto found = memory[index].kept.find(kept_name(kept));
            if (found == memory[index].kept.end())
                throw usage_error(fmt::format("the training state holds no {} of {}, so it is of another optimiser",
                                              kept_name(kept), std::string_view(declared[index].name)));
            if (found->second.sizes() != parameter.sizes())
                throw usage_error(fmt::format("the training state's {} of {} has another shape than the parameter",
                                              found->first, std::string_view(declared[index].name)));
            state.kept.push_back(found->second.to(parameter.options().requires_grad(false)).clone());
        }
        state.count = step_count(parameter, memory[index].step);
    }
}

std::string optimiser::kept_name(std::size_t kept) const {
    return fmt::format("{}.{}", rule_->name(), rule_->kept()[kept]);
}

void optimiser::start(int index) {
    const auto parameter = parameters_.parameter(index).detach();
    auto& state = states_[static_cast<std::size_t>(index)];
    for (std::size_t kept = 0; kept < rule_->kept().size(); ++kept) state.kept.push_back(at::zeros_like(parameter));
    state.count = step_count(parameter, 0);
}

/// Parameters that have a gradient, with their steps counted.
stepped_parameters optimiser::counted(const group& group) {
    stepped_parameters all;
    all.kept.resize(rule_->kept().size());
    for (const int index : group.parameters) {
        const auto& parameter = parameters_.parameter(index);
        if (!parameter.grad().defined()) continue;
        if (!states_[static_cast<std::size_t>(index)].count.defined()) start(index);
        const auto& state = states_[static_cast<std::size_t>(index)];
        all.parameters.push_back(parameter);
        all.gradients.push_back(parameter.grad().contiguous());
        for (std::size_t kept = 0; kept < all.kept.size(); ++kept) all.kept[kept].push_back(state.kept[kept]);
        all.counts.push_back(state.count);
    }
    if (!all.counts.empty()) at::_foreach_add_(all.counts, 1);
    return all;
}

void optimiser::decay(const group& group, const step_size& size) {
    for (const int index : group.parameters) {
        auto parameter = parameters_.parameter(index);
        const auto& share = decays_[static_cast<std::size_t>(index)];
        if (!share.defined() || !parameter.grad().defined()) continue;
        if (!rule_->decouples_decay()) {
            parameter.mutable_grad().add_(parameter * share);
        } else if (size.on_device.defined()) {
            // A step gain is none of what shrinks a weight: weight = gain x what is stepped, and both shrink alike.
            parameter.mul_(1 - share * (size.on_device / group.gain * (1 - size.is_void)));
        } else {
            parameter.mul_(1 - share * (size.rate / group.gain));
        }
    }
}

void optimiser::step(const group& group, const step_size& size) {
    decay(group, size);
    auto all = counted(group);
    if (!all.parameters.empty()) rule_->step(all, size);
}

void optimiser::end_step() {
    parameters_.project();
    parameters_.zero_grad();
}

void optimiser::step(double learning_rate) {
    RECORD_USER_SCOPE("optimiser's step");
    const at::NoGradGuard no_gradients;
    for (const auto& group : groups_) step(group, {.rate = learning_rate * group.gain});
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
    for (const auto& group : groups_) step(group, {.on_device = group.rate, .is_void = is_void});
    end_step();
}

std::vector<optimiser_memory> optimiser::memory() const {
    std::vector<optimiser_memory> result;
    for (const auto& state : states_) {
        auto& one = result.emplace_back();
        if (!state.count.defined()) continue;
        one.step = static_cast<std::int64_t>(state.count.item<float>());
        for (std::size_t kept = 0; kept < state.kept.size(); ++kept)
            one.kept.emplace(kept_name(kept), state.kept[kept]);
    }
    return result;
}

}  // namespace cortexpr
