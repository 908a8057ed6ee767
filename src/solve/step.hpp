#pragma once
// One step of one method, in LibTorch's operations; differentiable. The same function takes a step in the forward pass
// and repeats it in the backward pass, so both have the same bits.

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/solve/equation.hpp>
#include <cortexpr/solve/options.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace cortexpr::solve {

/// Where a step begins and how long it is, for each of the rows of a state.
struct interval {
    std::vector<double> times;  ///< by row, or one for all
    std::vector<double> sizes;  ///< as many; 0: the row stays as it is
    std::int64_t segment = 0;
    at::Tensor samples{};  ///< which samples the rows are; undefined: all

    /// Whether some rows stay as they are.
    bool has_waiting() const;
};

struct step_result {
    state next;
    std::vector<state> slopes;  ///< of the stages; dopri5's seventh is left out unless asked for
};

/// Evaluates and checks the equation.
/// \throws usage_error  the field gives other parts or shapes than the state's
state rate_of(const equation& equation, const interval& interval, double fraction, const state& y);

/// One step. `first_slope`: that of y, if it is known (dopri5).
step_result advance(const equation& equation, method method, const interval& interval, const state& y,
                    const state& first_slope = {}, bool with_last_slope = false);

/// y, where the interval's row waits, else `moved`.
state where_moving(const interval& interval, const state& moved, const state& y);

/// y + size * (weighted sum of slopes), by row.
state moved_along(const interval& interval, const state& y, const std::vector<state>& slopes,
                  std::span<const double> weights);

/// The state within a dopri5 step with all seven slopes, at a fraction of it for each row.
state within(const interval& interval, const state& y, const step_result& step, const std::vector<double>& fractions);

/// size * (weighted sum of slopes), which a dopri5 step is off by.
state error_of(const interval& interval, const step_result& step);

}  // namespace cortexpr::solve
