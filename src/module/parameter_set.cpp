#include <cortexpr/module/parameter_set.hpp>

#include "../executors/tensor_rules.hpp"
#include "constraints.hpp"
#include "device.hpp"

#include <cortexpr/error.hpp>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/aminmax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cortexpr {

namespace {

std::vector<std::int64_t> sizes_of(const plan::parameter& parameter) {
    return {parameter.shape.begin(), parameter.shape.begin() + parameter.rank};
}

/// A module that is only a level of names.
struct name_level : torch::nn::Module {};

torch::nn::Module& child(torch::nn::Module& parent, const std::string& name) {
    const auto children = parent.named_children();
    if (const auto* found = children.find(name)) return **found;
    return *parent.register_module(name, std::make_shared<name_level>());
}

/// Registers under a dotted name, such as `rnn.areas.0.convs.1->0.0.weight`, in submodules made as needed.
void register_under(torch::nn::Module& root, std::string_view name, const at::Tensor& parameter) {
    auto* level = &root;
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
        level = &child(*level, std::string(name.substr(0, dot)));
        name.remove_prefix(dot + 1);
    }
    level->register_parameter(std::string(name), parameter);
}

/// What changes whenever a tensor does: its count of changes and its address, for each.
std::vector<std::int64_t> versions_of(std::span<const at::Tensor> tensors) {
    std::vector<std::int64_t> all;
    for (const auto& one : tensors) {  // what inference mode made has no count: such a list is never equal
        all.push_back(one.is_inference() ? -1 : static_cast<std::int64_t>(one._version()));
        all.push_back(reinterpret_cast<std::intptr_t>(one.const_data_ptr()));  // torch::load puts another one there
    }
    return all;
}

void project_one(const at::Tensor& values, const plan::parameter& declared) {
    // NaN stays NaN: a projection must not hide that training has diverged.
    if (const auto least = least_of(declared)) values.clamp_min_(*least);
}

bool is_counted(const std::vector<std::int64_t>& versions) { return std::ranges::find(versions, -1) == versions.end(); }

}  // namespace

std::optional<double> least_of(const plan::parameter& parameter) {
    using bound = plan::parameter::bound;
    if (parameter.constraint == bound::free) return std::nullopt;
    return parameter.constraint == bound::at_least_one ? 1 : 0;
}

std::string_view reason_for(const plan::parameter& parameter) {
    return parameter.constraint == plan::parameter::bound::at_least_one
               ? "a time constant is 1 step or more"
               : "its source is excitatory or inhibitory and has the sign already; give what is not negative";
}

bool is_finite(const at::Tensor& values) {
    if (values.numel() == 0) return true;
    const auto [least, most] =
        at::aminmax(values);  // NaN where a value is; at::isfinite makes four tensors of that size
    return std::isfinite(least.item<double>()) && std::isfinite(most.item<double>());
}

parameter_set::parameter_set(std::string name, std::span<const plan::parameter> declared,
                             const at::TensorOptions& options)
    : torch::nn::Module(std::move(name)), declared_(declared), step_gains_(declared.size(), 1.0) {
    for (const auto& parameter : declared_) {
        parameters_.push_back(at::empty(sizes_of(parameter), options));
        register_under(*this, parameter.name, parameters_.back());
    }
}

at::Device parameter_set::device() const { return parameters_.front().device(); }

void parameter_set::to(torch::Device device, torch::Dtype dtype, bool non_blocking) {
    usable_device(device.str());  // without an index, "cuda" stays CUDA's current one
    torch::nn::Module::to(device, dtype, non_blocking);
}

void parameter_set::to(torch::Dtype dtype, bool non_blocking) { torch::nn::Module::to(dtype, non_blocking); }

void parameter_set::to(torch::Device device, bool non_blocking) {
    usable_device(device.str());
    torch::nn::Module::to(device, non_blocking);
}

at::ScalarType parameter_set::dtype() const { return parameters_.front().scalar_type(); }

void parameter_set::set(int index, const at::Tensor& values) {
    const at::NoGradGuard no_grad;
    auto& changed = parameters_.at(static_cast<std::size_t>(index));
    const auto& declared = declared_[static_cast<std::size_t>(index)];
    if (values.sizes() != changed.sizes())
        throw usage_error(fmt::format("{} has shape {}, but its new values have shape {}",
                                      std::string_view(declared.name), executors::text_of(changed.sizes()),
                                      executors::text_of(values.sizes())));
    if (!is_finite(values))
        throw usage_error(fmt::format("{} can't be infinite or NaN", std::string_view(declared.name)));
    const auto least = least_of(declared);
    if (least && values.numel() > 0 && values.min().item<double>() < *least)
        throw usage_error(fmt::format("{} can't be {}: {}", std::string_view(declared.name),
                                      values.min().item<double>(), reason_for(declared)));
    changed.copy_(values);
}

void parameter_set::set(int index, double value) { set(index, at::full_like(parameter(index), value)); }

void parameter_set::freeze(int index, bool frozen) {
    parameters_.at(static_cast<std::size_t>(index)).set_requires_grad(!frozen);
}

void parameter_set::project(std::span<const at::Tensor> stand_ins) const {
    require_fitting(stand_ins);
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < stand_ins.size(); ++i) project_one(stand_ins[i], declared_[i]);
    const std::lock_guard hold(guard_);
    constrained_ = versions_of(stand_ins);
}

void parameter_set::project_others(const std::vector<bool>& is_within) {
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i)
        if (!is_within.at(i)) project_one(parameters_[i], declared_[i]);
    const std::lock_guard hold(guard_);
    constrained_ = versions_of(parameters_);
}

void parameter_set::require_fitting(std::span<const at::Tensor> stand_ins) const {
    if (stand_ins.size() != declared_.size())
        throw usage_error(
            fmt::format("{} has {} parameters, but was given {}", name(), declared_.size(), stand_ins.size()));
    for (std::size_t i = 0; i < stand_ins.size(); ++i) {
        const auto& declared = declared_[i];
        const auto& one = stand_ins[i];
        if (one.dim() != declared.rank ||
            !std::ranges::equal(one.sizes(), std::span(declared.shape).first(static_cast<std::size_t>(declared.rank))))
            throw usage_error(fmt::format("{} has shape {}, but was given a tensor of shape {}",
                                          std::string_view(declared.name), executors::text_of(sizes_of(declared)),
                                          executors::text_of(one.sizes())));
        if (one.device() != stand_ins.front().device() || one.scalar_type() != stand_ins.front().scalar_type())
            throw usage_error(fmt::format("{} is {} on device {}, but {} is {} on {}; move all parameters together",
                                          std::string_view(declared.name), executors::dtype_name(one.scalar_type()),
                                          one.device().str(), std::string_view(declared_.front().name),
                                          executors::dtype_name(stand_ins.front().scalar_type()),
                                          stand_ins.front().device().str()));
    }
}

void parameter_set::require_constraints(std::span<const at::Tensor> stand_ins) const {
    const auto now = versions_of(stand_ins);
    const std::lock_guard hold(guard_);
    if (is_counted(now) && now == constrained_) return;
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < stand_ins.size(); ++i) {
        const auto least = least_of(declared_[i]);
        if (!least || stand_ins[i].numel() == 0) continue;
        const auto found = stand_ins[i].min().item<double>();
        constexpr double probe = 1e-4;  // finite differences may step over a bound by less
        if (found < *least - probe)
            throw usage_error(fmt::format("{} holds {}, but {}; call project() after each step of an optimiser",
                                          std::string_view(declared_[i].name), found, reason_for(declared_[i])));
    }
    constrained_ = now;
}

std::string parameter_set::first_not_finite(std::span<const at::Tensor> stand_ins) const {
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < stand_ins.size(); ++i)
        if (!is_finite(stand_ins[i])) return std::string(std::string_view(declared_[i].name));
    return {};
}

void parameter_set::require_finite(std::span<const at::Tensor> stand_ins) const {
    const auto now = versions_of(stand_ins);
    const std::lock_guard hold(guard_);
    if (is_counted(now) && now == finite_) return;
    if (const auto name = first_not_finite(stand_ins); !name.empty())
        throw usage_error(
            fmt::format("{} of {} holds a value that is infinite or NaN, so the network has no answer; "
                        "load a sound model, or train with a smaller learning rate",
                        name, this->name()));
    finite_ = now;
}

std::string parameter_set::difference_from(std::string_view noted_wiring) const {
    // "cells: HASH HASH; synapses: HASH HASH", the first with the order of rows, the second without.
    const auto own = wiring();
    std::vector<std::string> others;
    for (std::string_view rest = own; !rest.empty() && !noted_wiring.empty();) {
        const auto part = rest.substr(0, rest.find("; "));
        rest.remove_prefix(std::min(part.size() + 2, rest.size()));
        const auto name = part.substr(0, part.find(':'));
        const auto at = noted_wiring.find(fmt::format("{}: ", name));
        const auto noted = at == noted_wiring.npos ? std::string_view() : noted_wiring.substr(at, part.size());
        const auto last = part.rfind(' ');
        if (noted.starts_with(part.substr(0, last))) continue;
        others.push_back(noted.ends_with(part.substr(last)) ? fmt::format("the same {} in another order", name)
                                                            : fmt::format("other {}", name));
    }
    return fmt::format("{}", fmt::join(others, " and "));
}

void parameter_set::copy_from(const parameter_set& other) {
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        parameters_[i].copy_(other.parameters_[i]);
        parameters_[i].set_requires_grad(other.parameters_[i].requires_grad());
    }
    step_gains_ = other.step_gains_;
    train(other.is_training());
}

}  // namespace cortexpr
