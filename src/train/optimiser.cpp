#include "optimiser.hpp"

#include "../executors/device_kernels.hpp"
#include "../module/constraints.hpp"
#include "regularise.hpp"

#include <ATen/record_function.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>
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

kernels::cuda::step_rule kernels_rule(const rule_constants& rule, bool decouples_decay) {
    using enum kernels::cuda::step_kind;
    const auto kind = rule.kind == optimiser_kind::sgd ? sgd : rule.kind == optimiser_kind::rmsprop ? rmsprop : adam;
    return {.kind = kind,
            .nesterov = rule.nesterov,
            .decouples_decay = decouples_decay,
            .mean_decay = rule.mean_decay,
            .square_decay = rule.square_decay,
            .momentum = rule.momentum,
            .epsilon = rule.epsilon};
}

/// While it lives, parameters and gradients are in their units.
class in_units {
  public:
    in_units(parameter_set& parameters, const std::vector<at::Tensor>& units) {
        for (std::size_t i = 0; i < units.size(); ++i) {
            auto parameter = parameters.parameter(static_cast<int>(i));
            if (!units[i].defined() || !parameter.grad().defined()) continue;
            parameter.div_(units[i]);
            parameter.mutable_grad().mul_(units[i]);
            scaled_.push_back({std::move(parameter), units[i]});
        }
    }
    in_units(const in_units&) = delete;
    in_units& operator=(const in_units&) = delete;
    ~in_units() {
        for (auto& [parameter, unit] : scaled_) {
            parameter.mul_(unit);
            parameter.mutable_grad().div_(unit);
        }
    }

  private:
    struct scaled {
        at::Tensor parameter, unit;
    };
    std::vector<scaled> scaled_;
};

float number_or_0(const std::optional<double>& value) { return static_cast<float>(value.value_or(0)); }

void launch_update(const kernels::cuda::step_rule& rule, std::span<kernels::cuda::update_segment> segments,
                   const at::Tensor& loss, const optimiser_options& clipping, c10::Device device) {
    const auto* kernels = executors::kernels_on(device);
    const auto count = static_cast<int>(segments.size());
    const auto blocks = kernels::cuda::assign_blocks(segments.data(), count);
    const auto floats = at::TensorOptions().device(device).dtype(at::kFloat);
    constexpr auto scale_floats = sizeof(kernels::cuda::update_scale) / sizeof(float);
    const auto scales = at::empty({static_cast<std::int64_t>(scale_floats) * count}, floats);
    const auto squares = clipping.clip_norm ? at::empty({blocks}, floats) : at::Tensor();
    executors::launch(*kernels, kernels->update,
                      {.rule = rule,
                       .segments = segments.data(),
                       .segment_count = count,
                       .loss = loss.defined() ? loss.const_data_ptr<float>() : nullptr,
                       .clip_value = number_or_0(clipping.clip_value),
                       .clip_norm = number_or_0(clipping.clip_norm),
                       .scales = static_cast<kernels::cuda::update_scale*>(scales.mutable_data_ptr()),
                       .square_partial = squares.defined() ? squares.mutable_data_ptr<float>() : nullptr},
                      device);
}

}  // namespace

optimiser::optimiser(parameter_set& parameters, const std::vector<optimiser_memory>& memory,
                     std::shared_ptr<const update_rule> rule, weight_decays decays, std::vector<at::Tensor> units)
    : parameters_(parameters),
      rule_(std::move(rule)),
      decays_(std::move(decays)),
      units_(std::move(units)),
      states_(parameters.declared_parameters().size()) {
    decays_.resize(states_.size());
    for (std::size_t i = 0; i < decays_.size(); ++i)
        if (decays_[i].defined() && decays_[i].numel() > 1)
            decays_[i] = decays_[i].expand_as(parameters.parameter(static_cast<int>(i))).contiguous();
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

/// What the kernels of a device step at once.
struct optimiser::kernel_step {
    std::vector<kernels::cuda::update_segment> segments{};
    std::vector<at::Tensor> stepped{}, gradients{};
    std::vector<bool> is_within{};  ///< by parameter of the plan
};

/// Whether the device has kernels for a whole step: not for a user's rule, nor for parameters with gaps in memory.
bool optimiser::kernels_can_step() const {
    if (executors::kernels_on(parameters_.device()) == nullptr) return false;
    if (parameters_.dtype() != at::kFloat) return false;
    for (const auto& group : groups_)
        for (const int index : group.parameters) {
            const auto& parameter = parameters_.parameter(index);
            if (parameter.grad().defined() && !parameter.is_contiguous()) return false;
        }
    return true;
}

/// One parameter's part of a step; its rate is on the device where none is given.
void optimiser::add_segment(kernel_step& step, const group& group, int index, std::optional<double> learning_rate) {
    const auto at = static_cast<std::size_t>(index);
    const auto& parameter = parameters_.parameter(index);
    if (!states_[at].count.defined()) start(index);
    step.gradients.push_back(parameter.grad().contiguous());
    step.stepped.push_back(parameter);
    step.is_within[at] = true;
    const auto& decay = decays_[at];
    auto& segment = step.segments.emplace_back();
    segment.values = parameter.mutable_data_ptr<float>();
    segment.gradient = step.gradients.back().const_data_ptr<float>();
    for (std::size_t kept = 0; kept < states_[at].kept.size(); ++kept)
        segment.kept[kept] = states_[at].kept[kept].mutable_data_ptr<float>();
    segment.count = states_[at].count.mutable_data_ptr<float>();
    segment.decay = decay.defined() ? decay.const_data_ptr<float>() : nullptr;
    segment.decay_stride = decay.defined() && decay.numel() > 1 ? 1 : 0;
    segment.rate = learning_rate ? nullptr : group.rate.const_data_ptr<float>();
    segment.size = parameter.numel();
    segment.given_rate = static_cast<float>(learning_rate.value_or(0) * group.gain);
    segment.gain = static_cast<float>(group.gain);
    segment.least = static_cast<float>(
        least_of(parameters_.declared_parameters()[at]).value_or(-std::numeric_limits<double>::infinity()));
}

/// The whole step in a few launches; false where kernels can't.
bool optimiser::step_by_kernels(std::optional<double> learning_rate, const at::Tensor& loss,
                                const optimiser_options& clipping) {
    const auto constants = rule_->constants();
    if (!constants || !kernels_can_step()) return false;
    kernel_step step{.is_within = std::vector<bool>(states_.size())};
    {
        const in_units scaled(parameters_, units_);
        for (const auto& group : groups_)
            for (const int index : group.parameters)
                if (parameters_.parameter(index).grad().defined()) add_segment(step, group, index, learning_rate);
        if (!step.segments.empty())
            launch_update(kernels_rule(*constants, rule_->decouples_decay()), step.segments, loss, clipping,
                          parameters_.device());
    }
    // The kernels knew the addresses alone.
    for (const auto& parameter : step.stepped) parameter.unsafeGetTensorImpl()->bump_version();
    parameters_.project_others(step.is_within);
    parameters_.zero_grad();
    return true;
}

void optimiser::step(double learning_rate, const at::Tensor& loss, const optimiser_options& clipping) {
    RECORD_USER_SCOPE("optimiser's step");
    const at::NoGradGuard no_gradients;
    if (step_by_kernels(learning_rate, loss, clipping)) return;
    if (loss.defined() && !std::isfinite(loss.item<double>())) {
        parameters_.zero_grad();
        return;
    }
    {
        const in_units scaled(parameters_, units_);
        clip_gradients(parameters_, clipping);
        for (const auto& group : groups_) step(group, {.rate = learning_rate * group.gain});
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

void optimiser::step_with_rates(const at::Tensor& loss, const optimiser_options& clipping) {
    const at::NoGradGuard no_gradients;
    if (step_by_kernels(std::nullopt, loss, clipping)) return;
    {
        const in_units scaled(parameters_, units_);
        clip_gradients(parameters_, clipping);
        const auto is_void = loss.isfinite().logical_not().to(at::kFloat);
        for (const auto& group : groups_) step(group, {.on_device = group.rate, .is_void = is_void});
    }
    end_step();
}

double optimiser::largest_gain() const { return std::ranges::max(groups_, {}, &group::gain).gain; }

std::vector<optimiser_memory> optimiser::memory() const {
    std::vector<optimiser_memory> result;
    for (const auto& state : states_) {
        auto& of_parameter = result.emplace_back();
        if (!state.count.defined()) continue;
        of_parameter.step = static_cast<std::int64_t>(state.count.item<float>());
        for (std::size_t kept = 0; kept < state.kept.size(); ++kept)
            of_parameter.kept.emplace(kept_name(kept), state.kept[kept]);
    }
    return result;
}

}  // namespace cortexpr
