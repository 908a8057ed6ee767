#include "executor.hpp"

#include "../aten/addressable.hpp"
#include "../autograd_node.hpp"
#include "../batched/executor.hpp"
#include "../device_kernels.hpp"
#include "merging.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cstdio>
#include <mutex>

namespace cortexpr::executors {

namespace {

using namespace kernels::cuda;
using torch::autograd::variable_list;

/// One run, shared by both directions.
struct on_chip_run {
    const device_kernels* kernels = nullptr;
    std::shared_ptr<on_chip::merging> merging;
    on_chip_choice choice;
    plan::on_chip_sizes sizes;
    at::Tensor stimulus, numbers, packed, saved, argmax;

    int images() const { return static_cast<int>(stimulus.size(0)); }

    on_chip_parameters parameters() const {
        const plan::on_chip_offsets offsets(sizes);
        const float* all = numbers.const_data_ptr<float>();
        return {.state_weights = all + offsets.state_weights,
                .input_weights = all + offsets.input_weights,
                .output_weights = all + offsets.output_weights,
                .bias = all + offsets.bias,
                .rate = all + offsets.rate,
                .output_bias = all + offsets.output_bias,
                .nonlinearities = merging->nonlinearities().const_data_ptr<std::uint8_t>()};
    }
    at::Tensor empty(at::IntArrayRef shape, at::ScalarType type) const {
        return at::empty(shape, numbers.options().dtype(type));
    }
    at::Tensor bytes(std::size_t count) const { return empty({static_cast<std::int64_t>(count)}, at::kByte); }
};

/// Makes the features (images, outputs) from the parameters of a run.
class on_chip_function : public torch::autograd::Function<on_chip_function> {
  public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, at::TensorList values,
                              const std::shared_ptr<on_chip_run>& run) {
        const bool needs_gradient = std::ranges::any_of(values, [](const auto& one) { return one.requires_grad(); });
        run->numbers = run->merging->merged(values);
        const int images = run->images();
        const auto features = run->empty({images, run->sizes.outputs}, at::kFloat);
        run->argmax = run->empty({images, run->sizes.outputs}, at::kInt);
        run->packed = run->bytes(on_chip_packed_bytes(run->choice));
        if (needs_gradient) run->saved = run->bytes(on_chip_saved_bytes(run->choice, run->sizes, images));
        launch(*run->kernels, run->kernels->on_chip_forward,
               {.sizes = run->sizes,
                .choice = run->choice,
                .parameters = run->parameters(),
                .images = images,
                .stimulus = run->stimulus.const_data_ptr<float>(),
                .packed = run->packed.mutable_data_ptr(),
                .saved = needs_gradient ? run->saved.mutable_data_ptr() : nullptr,
                .features = features.mutable_data_ptr<float>(),
                .argmax = run->argmax.mutable_data_ptr<std::int32_t>()},
               features.device());
        context->save_for_backward(values.vec());
        if (needs_gradient) save_run(*context, run);
        return features;
    }

    static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& arriving) {
        const auto run = run_of_backward_pass<on_chip_run>(*context, "on_chip");
        const auto values = context->get_saved_variables();
        const auto adjoint = addressable(arriving.front());
        const auto partial = run->empty(
            {static_cast<std::int64_t>(on_chip_partial_floats(run->choice, run->sizes, run->images()))}, at::kFloat);
        auto gradient = run->empty({run->merging->size()}, at::kFloat);
        launch(*run->kernels, run->kernels->on_chip_backward,
               {.sizes = run->sizes,
                .choice = run->choice,
                .parameters = run->parameters(),
                .images = run->images(),
                .stimulus = run->stimulus.const_data_ptr<float>(),
                .packed = run->packed.const_data_ptr(),
                .saved = run->saved.const_data_ptr(),
                .argmax = run->argmax.const_data_ptr<std::int32_t>(),
                .feature_adjoint = adjoint.const_data_ptr<float>(),
                .partial = partial.mutable_data_ptr<float>(),
                .gradient = gradient.mutable_data_ptr<float>()},
               gradient.device());
        auto gradients = run->merging->split(gradient, values);
        gradients.emplace_back();  // of the run
        return gradients;
    }
};

bool is_any(const std::vector<bool>& flags) {
    return std::ranges::any_of(flags, [](bool flag) { return flag; });
}
bool is_any_given(const std::vector<at::Tensor>& starts) {
    return std::ranges::any_of(starts, [](const at::Tensor& start) { return start.defined(); });
}

/// The kernels that a device's library has for a network, whatever its steps.
on_chip_choice choice_of(const plan::network& network, const device_kernels& kernels, at::Device device) {
    const auto sizes = plan::on_chip_sizes_of(network, 1);
    const auto names = plan::on_chip_nonlinearities_of(network);
    on_chip_choice choice;
    if (allowed_backend() < kernel_backend::on_chip) {
        std::snprintf(choice.reason, sizeof choice.reason, "CORTEXPR_CUDA is any_size in the environment");
        return choice;
    }
    const c10::OptionalDeviceGuard guard(device);
    detail::require_success(kernels, kernels.on_chip_choose(&sizes, names.data(), detail::index_of(device), &choice));
    return choice;
}

/// Whether a run is asked for no more than the kernels give.
bool is_for_chip(const run_context& context) {
    const auto& request = context.request;
    const bool is_silenced = std::ranges::any_of(context.silenced_from, [](int from) { return from > 0; });
    const bool is_perturbed = context.perturbed != nullptr || context.plan_storage != nullptr;
    return has_chip(context.input.device()) && !is_perturbed && request.answer_only && !request.all_logits &&
           !context.shape.is_sequence && context.shape.batch > 0 && !is_silenced && !is_any(request.record_states) &&
           !is_any(request.record_outputs) && !is_any(request.record_feedback) &&
           !is_any_given(request.initial_states) && !is_any_given(request.initial_outputs) &&
           !is_any_given(request.initial_feedback) && !(at::GradMode::is_enabled() && context.input.requires_grad());
}

class on_chip_executor final : public executor {
  public:
    run_values<at::Tensor> run(const run_context& context) override {
        if (!is_for_chip(context)) return batched_->run(context);
        const auto device = context.input.device();
        auto run = std::make_shared<on_chip_run>();
        run->kernels = kernels_on(device, kernel_backend::any_size);
        prepare(*run, context.plan, device);
        if (!run->merging->fits_launch()) return batched_->run(context);
        run->sizes = plan::on_chip_sizes_of(context.plan, context.shape.steps);
        run->stimulus = for_vectors(context.input.detach());
        std::vector<at::Tensor> values;
        for (const int index : run->merging->parameters())
            values.push_back(context.parameters[static_cast<std::size_t>(index)]);
        run_values<at::Tensor> result;
        result.features = on_chip_function::apply(at::TensorList(values), run).unsqueeze(0);
        return result;
    }

  private:
    /// Indices and the choice of kernels are made once for each device that the network comes to.
    void prepare(on_chip_run& run, const plan::network& plan, at::Device device) {
        const std::lock_guard hold(guard_);
        if (merging_ == nullptr || merging_->nonlinearities().device() != device) {
            auto made = std::make_shared<on_chip::merging>(plan, device);
            // The choice may compile kernels, so only where they will run.
            if (made->fits_launch()) choice_ = choice_of(plan, *run.kernels, device);
            merging_ = std::move(made);
        }
        run.merging = merging_;
        run.choice = choice_;
    }

    std::shared_ptr<executor> batched_ = make_batched_executor();
    std::mutex guard_;
    std::shared_ptr<on_chip::merging> merging_;
    on_chip_choice choice_;
};

}  // namespace

bool has_chip(at::Device device) { return kernels_on(device, kernel_backend::any_size) != nullptr; }

plan::off_chip chip_obstacle(const plan::network& network, at::Device device) {
    const auto* kernels = kernels_on(device, kernel_backend::any_size);
    return plan::fit_on_chip(network, kernels == nullptr ? 0 : shared_bytes_of(*kernels, device)).obstacle;
}

std::string reason_against_sized_kernels(const plan::network& network, at::Device device) {
    const auto* kernels = kernels_on(device, kernel_backend::any_size);
    if (kernels == nullptr) return "there are no kernels for the device";
    return choice_of(network, *kernels, device).reason;
}

std::shared_ptr<executor> make_on_chip_executor() { return std::make_shared<on_chip_executor>(); }

}  // namespace cortexpr::executors
