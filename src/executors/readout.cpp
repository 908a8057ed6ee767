#include "readout.hpp"

#include "aten/addressable.hpp"
#include "aten/linear.hpp"
#include "device_kernels.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/stack.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <optional>

namespace cortexpr::executors {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Keeps each unit with probability 1 - p, scaled by 1 / (1 - p). Drawn where the generator lives: from that of a
/// network, on the CPU, devices agree.
at::Tensor dropped_out(const at::Tensor& units, double p, const at::Generator& generator) {
    auto mask = at::empty(units.sizes(), units.options().device(generator.device()));
    mask.bernoulli_(1 - p, generator).div_(1 - p);
    return units.mul(mask.to(units.device()));
}

/// The head's own parameters: weight and bias of the two layers.
std::array<at::Tensor, 4> layers_of(const plan::readout& head, parameter_list parameters) {
    const auto parameter = [&](int number) { return parameters[plan::index(number)]; };
    return {parameter(head.weight[0]), parameter(head.bias[0]), parameter(head.weight[1]), parameter(head.bias[1])};
}

/// Linear, ReLU, dropout, linear: (B, classes).
at::Tensor logits_of_step(const plan::readout& head, parameter_list parameters, const at::Tensor& features,
                          const at::Generator& dropout) {
    const auto [first, first_bias, second, second_bias] = layers_of(head, parameters);
    auto units = at::relu(linear(features, first, first_bias));
    if (dropout.defined() && head.dropout > 0) units = dropped_out(units, head.dropout, dropout);
    return linear(units, second, second_bias);
}

kernels::cuda::head_sizes sizes_of(const at::Tensor& features, const at::Tensor& first, const at::Tensor& second) {
    return {static_cast<int>(features.size(0)), static_cast<int>(features.size(1)), static_cast<int>(first.size(0)),
            static_cast<int>(second.size(0))};
}
kernels::cuda::head_weights weights_of(const at::Tensor& first, const at::Tensor& first_bias, const at::Tensor& second,
                                       const at::Tensor& second_bias) {
    return {first.const_data_ptr<float>(), first_bias.const_data_ptr<float>(), second.const_data_ptr<float>(),
            second_bias.const_data_ptr<float>()};
}

/// The same by the device's kernels, of which there are three in all: one forward and two backward.
class head_function : public torch::autograd::Function<head_function> {
  public:
    /// Inputs are features and the layers as layers_of gives them. `seed`: of dropout; none without one.
    static at::Tensor forward(AutogradContext* context, at::TensorList inputs, const std::optional<at::Tensor>& seed,
                              double dropout, bool needs_gradient) {
        const auto features = addressable(inputs[0]);
        const auto sizes = sizes_of(features, inputs[1], inputs[3]);
        auto logits = at::empty({sizes.rows, sizes.classes}, features.options());
        at::Tensor units;
        if (needs_gradient) units = at::empty({sizes.rows, sizes.hidden}, features.options());
        const auto* kernels = kernels_on(features.device());
        launch(*kernels, kernels->head,
               {.sizes = sizes,
                .weights = weights_of(inputs[1], inputs[2], inputs[3], inputs[4]),
                .features = features.const_data_ptr<float>(),
                .dropout = static_cast<float>(dropout),
                .seed = seed ? seed->const_data_ptr<std::int64_t>() : nullptr,
                .units = needs_gradient ? units.mutable_data_ptr<float>() : nullptr,
                .logits = logits.mutable_data_ptr<float>()},
               features.device());
        if (needs_gradient) {
            auto saved = inputs.vec();
            saved.push_back(units);
            context->save_for_backward(saved);
        }
        context->saved_data["dropout"] = seed ? dropout : 0.0;
        return logits;
    }

    static variable_list backward(AutogradContext* context, const variable_list& arriving) {
        const auto saved = context->get_saved_variables();
        const double dropout = context->saved_data["dropout"].toDouble();
        auto gradients = at::GradMode::is_enabled() ? in_operations(saved, arriving.front(), dropout)
                                                    : by_kernels(saved, arriving.front(), dropout);
        gradients.resize(8);
        return gradients;
    }

  private:
    static variable_list by_kernels(const variable_list& saved, const at::Tensor& arriving, double dropout) {
        const auto features = addressable(saved[0]), adjoint = addressable(arriving);
        const auto& units = saved[5];
        const auto sizes = sizes_of(features, saved[1], saved[3]);
        const auto work = at::empty_like(units);
        variable_list gradients{at::empty_like(features)};
        for (std::size_t i = 1; i < 5; ++i) gradients.push_back(at::empty_like(saved[i]));
        const auto* kernels = kernels_on(features.device());
        launch(*kernels, kernels->head_adjoint,
               {.sizes = sizes,
                .weights = weights_of(saved[1], saved[2], saved[3], saved[4]),
                .features = features.const_data_ptr<float>(),
                .dropout = static_cast<float>(dropout),
                .units = units.const_data_ptr<float>(),
                .logit_adjoint = adjoint.const_data_ptr<float>(),
                .unit_adjoint = work.mutable_data_ptr<float>(),
                .feature_adjoint = gradients[0].mutable_data_ptr<float>(),
                .first = gradients[1].mutable_data_ptr<float>(),
                .first_bias = gradients[2].mutable_data_ptr<float>(),
                .second = gradients[3].mutable_data_ptr<float>(),
                .second_bias = gradients[4].mutable_data_ptr<float>()},
               features.device());
        return gradients;
    }

    /// Where gradients are to have gradients.
    static variable_list in_operations(const variable_list& saved, const at::Tensor& arriving, double dropout) {
        const auto slopes = saved[5].gt(0).to(saved[5].scalar_type()).div(1 - dropout);
        const auto units = linear(saved[0], saved[1], saved[2]).mul(slopes);
        const auto adjoint = matrix_product(arriving, saved[3]).mul(slopes);
        return {matrix_product(adjoint, saved[1]), matrix_product(adjoint.t(), saved[0]), adjoint.sum(0),
                matrix_product(arriving.t(), units), arriving.sum(0)};
    }
};

/// Whether features and layers are float32, in sizes for which the kernels are made.
bool is_for_kernels(const at::Tensor& features, const std::array<at::Tensor, 4>& layers) {
    const auto fits = [&](const at::Tensor& one) {
        return one.scalar_type() == at::kFloat && one.device() == features.device() && one.is_contiguous();
    };
    return std::ranges::all_of(layers, fits) &&
           kernels::cuda::fits_head_kernels(sizes_of(features, layers[0], layers[2]));
}

/// Logits of rows (rows, features). Dropout is a hash of a unit's index and one number that the generator gives, so the
/// generator is asked once, whatever the device and the number of rows.
at::Tensor logits_by_kernels(const std::array<at::Tensor, 4>& layers, const at::Tensor& features, double dropout,
                             const at::Generator& generator) {
    std::optional<at::Tensor> seed;
    if (generator.defined() && dropout > 0)
        seed = at::empty({1}, features.options().dtype(at::kLong).device(generator.device()))
                   .random_(generator)
                   .to(features.device());
    std::vector<at::Tensor> inputs{features};
    inputs.insert(inputs.end(), layers.begin(), layers.end());
    const bool needs_gradient = at::GradMode::is_enabled() &&
                                std::ranges::any_of(inputs, [](const at::Tensor& one) { return one.requires_grad(); });
    return head_function::apply(at::TensorList(inputs), seed, dropout, needs_gradient);
}

}  // namespace

at::Tensor logits_of(const plan::readout& head, parameter_list parameters, const at::Tensor& features,
                     const at::Generator& dropout, bool all_steps) {
    if (features.scalar_type() == at::kFloat && kernels_on(features.device()) != nullptr) {
        const auto layers = layers_of(head, parameters);
        // One step is a view of the same numbers, so that the backward pass writes no zeros for others.
        const bool is_view = all_steps || features.size(0) == 1;
        const auto rows = (is_view ? features.flatten(0, 1) : features.select(0, 0)).flatten(1);
        if (is_for_kernels(rows, layers)) {
            const auto logits = logits_by_kernels(layers, rows, head.dropout, dropout);
            return all_steps ? logits.unflatten(0, {features.size(0), features.size(1)}) : logits;
        }
    }
    std::vector<at::Tensor> logits;
    for (std::int64_t step = 0; step < features.size(0); ++step)
        logits.push_back(logits_of_step(head, parameters, features.select(0, step).flatten(1), dropout));
    return all_steps ? at::stack(logits) : logits.front();
}

}  // namespace cortexpr::executors
