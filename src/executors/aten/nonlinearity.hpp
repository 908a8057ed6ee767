#pragma once
// The nonlinearities of dsl/activation.hpp as tensor operations.

#include <cortexpr/dsl/activation.hpp>

#include <ATen/core/Tensor.h>

namespace cortexpr::executors {

/// The nonlinearity of every element, with PyTorch's default parameters; `none` gives the tensor itself.
at::Tensor apply(activation function, const at::Tensor& value);

/// The members of a chain in turn, or the user's function. That one runs on the CPU, over float or double, with the
/// slope that it brings; on another device its values travel there and back. It has no second derivative.
at::Tensor apply(const activation_function& function, const at::Tensor& value);

}  // namespace cortexpr::executors
