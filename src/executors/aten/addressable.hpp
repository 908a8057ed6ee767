#pragma once
// Tensors as kernels read them, by addresses.

#include <ATen/core/Tensor.h>
#include <ATen/ops/resolve_neg.h>

namespace cortexpr::executors {

/// The same numbers one after another, and none that is to be read as its negative: LibTorch keeps that as a bit of
/// some views (the imaginary part of a conjugate), which pointers don't see.
inline at::Tensor addressable(const at::Tensor& tensor) { return tensor.contiguous().resolve_neg(); }

}  // namespace cortexpr::executors
