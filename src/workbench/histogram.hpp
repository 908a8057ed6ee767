#pragma once
// How values are distributed, as a curve.

#include <cortexpr/view/plot.hpp>

#include <ATen/core/Tensor.h>
#include <ATen/ops/histc.h>

#include <string>

namespace cortexpr::workbench {

/// Shares of all values, in bins between two bounds.
inline view::curve histogram(const std::string& label, const at::Tensor& values, double low, double high, int bins) {
    const auto shares = at::histc(values, bins, low, high) / static_cast<double>(values.numel());
    view::curve curve{.label = label, .x = {}, .y = {}};
    for (int i = 0; i < bins; ++i) {
        curve.x.push_back(low + (high - low) * (i + 0.5) / bins);
        curve.y.push_back(shares[i].item<double>());
    }
    return curve;
}

}  // namespace cortexpr::workbench
