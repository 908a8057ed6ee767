#pragma once
// What both directions of an executor's one node of autograd share.

#include <cortexpr/error.hpp>

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <memory>
#include <string_view>
#include <utility>

namespace cortexpr::executors {

namespace detail {

template <class Run>
struct run_holder : torch::CustomClassHolder {
    explicit run_holder(std::shared_ptr<Run> shared) : run(std::move(shared)) {}
    std::shared_ptr<Run> run;
};

}  // namespace detail

template <class Run>
void save_run(torch::autograd::AutogradContext& context, std::shared_ptr<Run> run) {
    context.saved_data["run"] = c10::IValue::make_capsule(c10::make_intrusive<detail::run_holder<Run>>(std::move(run)));
}

/// The forward run, retrieved by the backward pass. Throws usage_error where a second derivative is wanted.
template <class Run>
std::shared_ptr<Run> run_of_backward_pass(torch::autograd::AutogradContext& context, std::string_view executor) {
    if (at::GradMode::is_enabled())
        throw usage_error(fmt::format(
            "the {} executor has no second derivatives; ask the network for the transparent one", executor));
    return c10::static_intrusive_pointer_cast<detail::run_holder<Run>>(context.saved_data["run"].toCapsule())->run;
}

}  // namespace cortexpr::executors
