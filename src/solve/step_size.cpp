#include "step_size.hpp"

#include <algorithm>
#include <cmath>

namespace cortexpr::solve {

// The numbers of this file are those of Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, II.4.

double trial_step(double state_size, double slope_size, double interval) {
    constexpr double small = 1e-5;
    const double trial = state_size < small || slope_size < small ? 1e-6 : 0.01 * state_size / slope_size;
    return std::min(trial, interval);
}

double first_step(double trial, double slope_size, double bend) {
    if (!std::isfinite(bend)) return trial * 1e-3;  // too far already
    const double largest = std::max(slope_size, bend);
    const double wanted = largest <= 1e-15 ? std::max(1e-6, trial * 1e-3) : std::pow(0.01 / largest, 0.2);
    return std::min(100 * trial, wanted);
}

double next_step(double step, double error) {
    constexpr double smallest_factor = 0.2, largest_factor = 10, safety = 0.9;
    if (!std::isfinite(error)) return step * smallest_factor;
    const double factor = safety * std::pow(std::max(error, 1e-38), -0.2);
    return step * std::clamp(factor, smallest_factor, largest_factor);
}

}  // namespace cortexpr::solve
