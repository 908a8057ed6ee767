#pragma once
// Rates over the steps of a run as SVG, a small panel for each type.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>

#include <span>
#include <string>
#include <vector>

namespace cortexpr::view {

/// The trace of one type: a value for each step.
struct rate_trace {
    std::string label;              ///< for the legend, such as "V1.E"
    std::vector<double> mean;       ///< by step
    std::vector<double> low, high;  ///< a band around the mean, or empty
};

/// Panels in rows, each with a y axis of its own that includes 0; `band` says what the band is.
/// \throws usage_error  no trace, one without steps or of another length, or a value that isn't finite
std::string rate_traces_svg(std::span<const rate_trace> traces, const std::string& title = {},
                            const std::string& band = "middle 80 % of cells and stimuli");

}  // namespace cortexpr::view
