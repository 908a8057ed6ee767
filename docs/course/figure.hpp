#pragma once
// Rates over time, as the pages' figures show them.

#include <cortexpr/view/plot.hpp>

#include <torch/types.h>

#include <numeric>

/// The numbers of a tensor, in their order.
inline std::vector<double> numbers_of(const at::Tensor& rates) {
    const auto flat = rates.flatten().to(at::kDouble).contiguous();
    return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// A curve over the steps 1, 2, ...
inline cortexpr::view::curve over_steps(std::string label, std::vector<double> rates) {
    cortexpr::view::curve curve;
    curve.label = std::move(label);
    curve.x.resize(rates.size());
    std::iota(curve.x.begin(), curve.x.end(), 1.0);
    curve.y = std::move(rates);
    return curve;
}

inline cortexpr::view::line_plot rates_figure(std::string title, std::vector<cortexpr::view::curve> curves = {}) {
    cortexpr::view::line_plot plot;
    plot.title = std::move(title);
    plot.x_label = "step";
    plot.y_label = "rate";
    plot.curves = std::move(curves);
    return plot;
}
