#include "convolution.hpp"

#include "precision.hpp"

#include <ATen/ops/_convolution_double_backward.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

namespace cortexpr::executors {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What all orders of derivative share.
struct geometry {
    std::int64_t stride = 1, groups = 1;
    std::array<std::int64_t, 2> padding{};
    cortexpr::precision precision = cortexpr::precision::float32;
    bool has_bias = false;

    std::array<std::int64_t, 2> strides() const { return {stride, stride}; }
};

constexpr std::array<std::int64_t, 2> dilation{1, 1}, no_output_padding{0, 0};

geometry geometry_of(const at::Tensor& weight, bool has_bias, int stride, int groups, precision precision) {
    return {stride, groups, {weight.size(2) / 2, weight.size(3) / 2}, precision, has_bias};
}

void save(AutogradContext& context, const geometry& shape) {
    context.saved_data["numbers"] = std::vector<std::int64_t>{
        shape.stride,  shape.groups, shape.padding[0], shape.padding[1], static_cast<std::int64_t>(shape.precision),
        shape.has_bias};
}

geometry saved_geometry(AutogradContext& context) {
    const auto numbers = context.saved_data["numbers"].toIntVector();
    return {numbers[0], numbers[1], {numbers[2], numbers[3]}, static_cast<precision>(numbers[4]), numbers[5] != 0};
}

/// Gradients of map, weight and bias; its own backward pass gives second derivatives.
struct convolution_gradients : torch::autograd::Function<convolution_gradients> {
    static variable_list forward(AutogradContext* context, const at::Tensor& adjoint, const at::Tensor& map,
                                 const at::Tensor& weight, const geometry& shape) {
        const float32_precision scope(shape.precision);
        context->save_for_backward({adjoint, map, weight});
        save(*context, shape);
        const std::array<std::int64_t, 1> bias_size{weight.size(0)};
        auto [of_map, of_weight, of_bias] = at::convolution_backward(
            adjoint, map, weight, at::OptionalIntArrayRef(bias_size), shape.strides(), shape.padding, dilation,
            /*transposed=*/false, no_output_padding, shape.groups, {true, true, shape.has_bias});
        if (!shape.has_bias) return {of_map, of_weight};
        return {of_map, of_weight, of_bias};
    }

    static variable_list backward(AutogradContext* context, variable_list arriving) {
        const auto saved = context->get_saved_variables();
        const auto shape = saved_geometry(*context);
        const float32_precision scope(shape.precision);
        auto [of_adjoint, of_map, of_weight] =
            at::_convolution_double_backward(arriving[0], arriving[1], shape.has_bias ? arriving[2] : at::Tensor(),
                                             saved[0], saved[2], saved[1], shape.strides(), shape.padding, dilation,
                                             /*transposed=*/false, no_output_padding, shape.groups, {true, true, true});
        return {of_adjoint, of_map, of_weight, at::Tensor()};
    }
};

struct convolution_function : torch::autograd::Function<convolution_function> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& map, const at::Tensor& weight,
                              const std::optional<at::Tensor>& bias, const geometry& shape) {
        const float32_precision scope(shape.precision);
        context->save_for_backward({map, weight});
        save(*context, shape);
        return at::conv2d(map, weight, bias, shape.strides(), shape.padding, dilation, shape.groups);
    }

    static variable_list backward(AutogradContext* context, variable_list arriving) {
        const auto saved = context->get_saved_variables();
        auto gradients = convolution_gradients::apply(arriving[0], saved[0], saved[1], saved_geometry(*context));
        gradients.resize(4);  // of map, weight, bias and geometry
        return gradients;
    }
};

}  // namespace

at::Tensor convolution_with_scope(const at::Tensor& map, const at::Tensor& weight, const at::Tensor& bias, int stride,
                                  int groups, precision precision) {
    const auto given_bias = bias.defined() ? std::optional(bias) : std::nullopt;  // a node takes no undefined tensor
    return convolution_function::apply(map, weight, given_bias,
                                       geometry_of(weight, bias.defined(), stride, groups, precision));
}

at::Tensor convolution(const at::Tensor& map, const at::Tensor& weight, const at::Tensor& bias, int stride, int groups,
                       precision precision) {
    if (map.is_cuda() || float32_precision::lowers_convolutions_on_cpu())
        return convolution_with_scope(map, weight, bias, stride, groups, precision);
    const auto shape = geometry_of(weight, bias.defined(), stride, groups, precision);
    return at::conv2d(map, weight, bias, shape.strides(), shape.padding, dilation, shape.groups);
}

}  // namespace cortexpr::executors
