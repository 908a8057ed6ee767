#pragma once
// A linear layer whose products are float32 in all orders of derivative, whatever the process allows.

#include <ATen/core/Tensor.h>

namespace cortexpr::executors {

/// units (B, C) x weight (D, C) + bias (D).
at::Tensor linear(const at::Tensor& units, const at::Tensor& weight, const at::Tensor& bias);

/// left x right, of matrices.
at::Tensor matrix_product(const at::Tensor& left, const at::Tensor& right);

}  // namespace cortexpr::executors
