#include "nonlinearity.hpp"

#include "custom_nonlinearity.hpp"

#include <ATen/ops/elu.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/hardsigmoid.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tanh.h>

namespace cortexpr::executors {

at::Tensor apply(activation function, const at::Tensor& value) {
    switch (function) {
        case activation::none:
            break;
        case activation::relu:
            return at::relu(value);
        case activation::relu6:
            return at::hardtanh(value, 0, 6);
        case activation::leaky_relu:
            return at::leaky_relu(value);
        case activation::elu:
            return at::elu(value);
        case activation::gelu:
            return at::gelu(value);
        case activation::silu:
            return at::silu(value);
        case activation::softplus:
            return at::softplus(value);
        case activation::sigmoid:
            return at::sigmoid(value);
        case activation::hard_sigmoid:
            return at::hardsigmoid(value);
        case activation::tanh:
            return at::tanh(value);
        case activation::hard_tanh:
            return at::hardtanh(value);
    }
    return value;
}

at::Tensor apply(const activation_function& function, const at::Tensor& value) {
    if (function.is_custom()) return apply_custom(*function.custom, value);
    auto result = value;
    for (const activation member : function.members) result = apply(member, result);
    return result;
}

}  // namespace cortexpr::executors
