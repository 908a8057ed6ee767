#pragma once
// What every tensor that is given has to be, and the words in which refusals speak of tensors.

#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>

namespace cortexpr::executors {

/// "float32", "int64", ...
std::string dtype_name(at::ScalarType dtype);

/// Throws usage_error for another type of parameters than float32 and float64.
void require_dtype(at::ScalarType dtype);

/// Throws usage_error for a sparse or nested tensor, which has no plain array of values.
void require_dense(std::string_view what, const at::Tensor& tensor);

/// "(256, 1, 28, 28)".
std::string text_of(at::IntArrayRef sizes);

}  // namespace cortexpr::executors
