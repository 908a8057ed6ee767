#include "executor.hpp"

#include "../device_kernels.hpp"
#include "../autograd_node.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace cortexpr::executors {

namespace {

using namespace kernels::cuda;
using torch::autograd::variable_list;

/// One run, shared by both directions.
struct on_chip_run {
    const device_kernels* kernels = nullptr;
    std::shared_ptr<on_chip::merging> merging;
    plan::on_chip_sizes sizes;
    at::Tensor stimulus, numbers, kept, places;

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
};

/// Of parameters of a run, the features (images, outputs).
class on_chip_function : public torch::autograd::Function<on_chip_function> {
  public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, at::TensorList values,
                              std::shared_ptr<on_chip_run> run) {
        const bool needs_gradient = std::ranges::any_of(values, [](const auto& one) { return one.requires_grad(); });
        run->numbers = run->merging->merged(values);
        const int images = run->images();
        const auto features = run->empty({images, run->sizes.outputs}, at::kFloat);
        run->places = run->empty({images, run->sizes.outputs}, at::kInt);
        if (needs_gradient)
            run->kept = run->empty({static_cast<std::int64_t>(on_chip_kept_bytes(run->sizes, images))}, at::kByte);
        launch(*run->kernels, run->kernels->on_chip_forward,
               {.sizes = run->sizes,
                .parameters = run->parameters(),
                .images = images,
                .stimulus = run->stimulus.const_data_ptr<float>(),
                .kept = needs_gradient ? run->kept.mutable_data_ptr() : nullptr,
                .features = features.mutable_data_ptr<float>(),
                .places = run->places.mutable_data_ptr<std::int32_t>()},
               features.device());
        context->save_for_backward(values.vec());
        if (needs_gradient) keep_run(*context, run);
        return features;
    }

    static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& arriving) {
        const auto run = run_to_walk_back<on_chip_run>(*context, "on_chip");
        const auto values = context->get_saved_variables();
        const auto adjoint = arriving.front().contiguous();
        const auto partial =
            run->empty({static_cast<std::int64_t>(on_chip_partial_floats(run->sizes, run->images()))}, at::kFloat);
        auto gradient = run->empty({run->merging->size() + 1}, at::kFloat);
        gradient.narrow(0, run->merging->size(), 1).zero_();
        launch(*run->kernels, run->kernels->on_chip_backward,
               {.sizes = run->sizes,
                .parameters = run->parameters(),
                .images = run->images(),
                .stimulus = run->stimulus.const_data_ptr<float>(),
                .kept = run->kept.const_data_ptr(),
                .places = run->places.const_data_ptr<std::int32_t>(),
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

}  // namespace

bool has_chip(at::Device device) { return kernels_on(device, device_tier::on_chip) != nullptr; }

plan::off_chip chip_obstacle(const plan::network& network, at::Device device) {
    const auto* kernels = kernels_on(device, device_tier::on_chip);
    return plan::fit_on_chip(network, kernels == nullptr ? 0 : shared_bytes_of(*kernels, device)).obstacle;
}

bool is_for_chip(const at::Tensor& input, const run_request& request, const run_extent& extent) {
    const bool is_silenced = std::ranges::any_of(request.silenced_from, [](int from) { return from > 0; });
    return request.answer_only && !request.all_logits && !extent.is_sequence && extent.batch > 0 && !is_silenced &&
           !is_any(request.record_states) && !is_any(request.record_outputs) && !is_any(request.record_feedback) &&
           !is_any_given(request.initial_states) && !is_any_given(request.initial_outputs) &&
           !is_any_given(request.initial_feedback) && !(at::GradMode::is_enabled() && input.requires_grad());
}

run_result run_on_chip(const plan::network& plan, parameter_list parameters, const at::Tensor& input,
                       const run_extent& extent, const at::Generator& draws, bool training,
                       std::shared_ptr<on_chip::merging>& merging) {
    if (merging == nullptr || merging->nonlinearities().device() != input.device())
        merging = std::make_shared<on_chip::merging>(plan, input.device());
    auto run = std::make_shared<on_chip_run>();
    run->kernels = kernels_on(input.device(), device_tier::on_chip);
    run->merging = merging;
    run->sizes = plan::on_chip_sizes_of(plan, extent.steps);
    run->stimulus = input.detach().contiguous();
    std::vector<at::Tensor> values;
    for (const int index : merging->parameters()) values.push_back(parameters[static_cast<std::size_t>(index)]);
    const auto features = on_chip_function::apply(at::TensorList(values), run);
    run_result result;
    result.logits = read_out(plan.readout, parameters, features, training ? draws : at::Generator());
    return result;
}

}  // namespace cortexpr::executors
