#pragma once
// How values are distributed, as a curve.

#include <cortexpr/view/plot.hpp>

#include <ATen/core/Tensor.h>
#include <ATen/ops/histc.h>

#include <cmath>
#include <string>

namespace cortexpr::workbench {

/// Shares of all values, in bins between two bounds. Where 0 lies between these, it lies between two bins, so that no
/// bin holds values of both signs; the bounds move out by less than a bin then.
inline view::curve histogram(const std::string& label, const at::Tensor& values, double low, double high, int bins) {
    if (low < 0 && high > 0) {
        const double width = (high - low) / bins, below = std::ceil(-low / width), above = std::ceil(high / width);
        low = -below * width;
        high = above * width;
        bins = static_cast<int>(below + above);
    }
    const auto shares = at::histc(values, bins, low, high) / static_cast<double>(values.numel());
    view::curve curve{.label = label, .x = {}, .y = {}};
    for (int i = 0; i < bins; ++i) {
        curve.x.push_back(low + (high - low) * (i + 0.5) / bins);
        curve.y.push_back(shares[i].item<double>());
    }
    return curve;
}

}  // namespace cortexpr::workbench
