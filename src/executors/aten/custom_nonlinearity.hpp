#pragma once
// A user's nonlinearity on a tensor.

#include <cortexpr/dsl/activation.hpp>

#include <ATen/core/Tensor.h>

namespace cortexpr::executors {

/// value(x) of every element, float or double (bfloat16 by way of float); backward multiplies by slope(x). `function`
/// must outlive the graph. Throws usage_error where a second derivative is asked for.
at::Tensor apply_custom(const custom_activation& function, const at::Tensor& x);

/// slope(x) of every element.
at::Tensor slope_of(const custom_activation& function, const at::Tensor& x);

}  // namespace cortexpr::executors
