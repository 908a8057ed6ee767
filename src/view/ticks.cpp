#include "ticks.hpp"

#include <cortexpr/view/plot.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cortexpr::view {

namespace {

// The least of 1, 2, 2.5, 5 and 10 times a power of ten that is not below `step`.
double rounded_up(double step) {
    const double power = std::pow(10.0, std::floor(std::log10(step)));
    constexpr double tolerance = 1.0 + 1e-9;
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (step <= factor * power * tolerance) return factor * power;
    }
    return 10.0 * power;
}

// Decimals that tell multiples of `step` apart.
int decimals_of(double step) {
    constexpr int most = 9;
    for (int decimals = 0; decimals < most; ++decimals) {
        const double scaled = step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6 * std::max(1.0, scaled)) return decimals;
    }
    return most;
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, int wanted) {
    if (!std::isfinite(low) || !std::isfinite(high)) throw usage_error("the ends of an axis must be finite");
    if (low > high) std::swap(low, high);
    // A range without extent, or too narrow for the numbers around it, becomes one around its value.
    const double size = std::max(std::abs(low), std::abs(high));
    if (high - low <= 1e-9 * size || high == low) {
        const double margin = size > 0.0 ? 0.1 * size : 1.0;
        low -= margin;
        high += margin;
    }
    // Halves, so that a range as wide as the type does not overflow.
    const double step = rounded_up(2.0 * ((high / 2.0 - low / 2.0) / std::max(wanted, 1)));
    const double first = std::floor(low / step + 1e-6);
    const double last = std::ceil(high / step - 1e-6);
    std::vector<double> ticks;
    for (double multiple = first; multiple <= last; multiple += 1.0) {
        ticks.push_back(multiple == 0.0 ? 0.0 : multiple * step);
    }
    return ticks;
}

std::vector<std::string> tick_labels(const std::vector<double>& ticks, bool percent) {
    double largest = 0.0;
    for (const double tick : ticks) largest = std::max(largest, std::abs(tick));
    const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : std::max(largest, 1.0);
    constexpr double thousands_from = 10'000.0;
    constexpr double exponent_from = 1e7;
    constexpr double exponent_below = 1e-4;

    std::vector<std::string> labels;
    for (const double tick : ticks) {
        if (percent) {
            labels.push_back(fmt::format("{:.{}f} %", tick, decimals_of(step)));
        } else if (largest >= exponent_from || step < exponent_below) {
            labels.push_back(tick == 0.0 ? "0" : fmt::format("{:.3g}", tick));
        } else if (largest >= thousands_from && step >= 100.0) {
            labels.push_back(tick == 0.0 ? "0" : fmt::format("{:.{}f}k", tick / 1e3, decimals_of(step / 1e3)));
        } else {
            labels.push_back(fmt::format("{:.{}f}", tick, decimals_of(step)));
        }
    }
    return labels;
}

}  // namespace cortexpr::view
