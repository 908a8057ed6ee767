#pragma once
// Inputs of runs, of both families of networks.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <ATen/core/Tensor.h>

namespace cortexpr {

/// Whether an input brings its own steps, as (B, T, C, H, W) or, for a connectome, (B, T, S), rather than being still,
/// (B, C, H, W) or (B, S).
inline bool is_sequence(const at::Tensor& input) { return input.dim() == 5 || input.dim() == 3; }

}  // namespace cortexpr
