#pragma once
// The nonlinearities of dsl/options.hpp as tensor operations.

#include <cortexpr/dsl/options.hpp>

#include <ATen/core/Tensor.h>

namespace cortexpr::engine {

/// The nonlinearity of every element, with PyTorch's default parameters; `none` gives the tensor itself.
at::Tensor apply(activation function, const at::Tensor& value);

}  // namespace cortexpr::engine
