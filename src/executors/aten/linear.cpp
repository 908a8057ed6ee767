#include "linear.hpp"

#include "precision.hpp"

#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/custom_function.h>

namespace cortexpr::executors {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The gradients of a product are products again, so one function serves derivatives of any order.
struct product : torch::autograd::Function<product> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& left, const at::Tensor& right) {
        const float32_precision scope(precision::float32);
        context->save_for_backward({left, right});
        return at::mm(left, right);
    }

    static variable_list backward(AutogradContext* context, variable_list arriving) {
        const float32_precision scope(precision::float32);
        const auto saved = context->get_saved_variables();
        return {product::apply(arriving[0], saved[1].t()), product::apply(saved[0].t(), arriving[0])};
    }
};

bool is_exact(const at::Tensor& units) {
    return units.scalar_type() != at::kFloat || !float32_precision::lowers_products(units.device().type());
}

}  // namespace

at::Tensor linear(const at::Tensor& units, const at::Tensor& weight, const at::Tensor& bias) {
    if (is_exact(units)) return at::linear(units, weight, bias);
    return product::apply(units, weight.t()).add(bias);
}

at::Tensor matrix_product(const at::Tensor& left, const at::Tensor& right) {
    return is_exact(left) ? at::mm(left, right) : product::apply(left, right);
}

}  // namespace cortexpr::executors
