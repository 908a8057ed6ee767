#include <cortexpr/module/parameter_set.hpp>

#include "../executors/validation.hpp"

#include <cortexpr/error.hpp>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>

#include <fmt/format.h>

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

}  // namespace

parameter_set::parameter_set(std::string name, std::span<const plan::parameter> declared,
                             const at::TensorOptions& options)
    : torch::nn::Module(std::move(name)), declared_(declared), step_gains_(declared.size(), 1.0) {
    for (const auto& parameter : declared_) {
        parameters_.push_back(at::empty(sizes_of(parameter), options));
        register_under(*this, parameter.name, parameters_.back());
    }
}

at::Device parameter_set::device() const { return parameters_.front().device(); }

at::ScalarType parameter_set::dtype() const { return parameters_.front().scalar_type(); }

void parameter_set::set(int index, const at::Tensor& values) {
    const at::NoGradGuard no_grad;
    auto& changed = parameters_.at(static_cast<std::size_t>(index));
    const auto& declared = declared_[static_cast<std::size_t>(index)];
    if (values.sizes() != changed.sizes())
        throw usage_error(fmt::format("{} has shape {}, but its new values have shape {}",
                                      std::string_view(declared.name), executors::text_of(changed.sizes()),
                                      executors::text_of(values.sizes())));
    const bool is_free = declared.constraint == plan::parameter::bound::free;
    const double least = declared.constraint == plan::parameter::bound::at_least_one ? 1 : 0;
    if (!is_free && values.min().item<double>() < least)
        throw usage_error(fmt::format("{} can't be {}: {}", std::string_view(declared.name),
                                      values.min().item<double>(),
                                      least > 0 ? "a time constant is 1 step or more"
                                                : "its source is excitatory or inhibitory and has the sign already; "
                                                  "give what is not negative"));
    changed.copy_(values);
}

void parameter_set::set(int index, double value) { set(index, at::full_like(parameter(index), value)); }

void parameter_set::freeze(int index, bool frozen) {
    parameters_.at(static_cast<std::size_t>(index)).set_requires_grad(!frozen);
}

void parameter_set::project() {
    using bound = plan::parameter::bound;
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        // NaN stays NaN: a projection must not hide that training has diverged.
        if (declared_[i].constraint == bound::non_negative) parameters_[i].clamp_min_(0);
        if (declared_[i].constraint == bound::at_least_one) parameters_[i].clamp_min_(1);
    }
}

}  // namespace cortexpr
