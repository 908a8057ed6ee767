#pragma once
// How much neurons prefer one class.

#include <ATen/core/Tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

namespace cortexpr::workbench {

/// The selectivity of each neuron from mean rates (classes, ...): (r_best - r_others) / (|r_best| + |r_others|), where
/// r_best is the rate to the class that it answers most and r_others the mean of those to the others; 0 where nothing
/// is answered or there is one class.
inline at::Tensor selectivity_of(const at::Tensor& rates) {
    if (rates.size(0) < 2) return at::zeros_like(rates.select(0, 0));
    const auto best = std::get<0>(rates.max(0));
    const auto others = (rates.sum(0) - best) / static_cast<double>(rates.size(0) - 1);
    const auto size = best.abs() + others.abs();
    return at::where(size > 0, (best - others) / size.clamp_min(1e-30), at::zeros_like(size));
}

}  // namespace cortexpr::workbench
