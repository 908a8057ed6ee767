#pragma once
// Sums of slopes, which every stage of a step begins with.

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace cortexpr::solve {

/// y + size * (w_1 k_1 + w_2 k_2 + ...), of tensors (B, ...): in one pass over memory where they are laid out alike on
/// the CPU, and differentiable any number of times. `y` undefined: 0. `sizes`: by row, or one for all. At least one
/// weight isn't 0.
at::Tensor combined(const at::Tensor& y, const std::vector<at::Tensor>& slopes, std::span<const double> weights,
                    const std::vector<double>& sizes);

/// Numbers by row as a tensor that broadcasts to a part of the state.
at::Tensor by_row(const std::vector<double>& numbers, const at::Tensor& part);

}  // namespace cortexpr::solve
