#pragma once
// The forward pass: from the start of a timetable to its end.

#include "record.hpp"

#include <cortexpr/solve/solve.hpp>

#include <cstdint>
#include <vector>

namespace cortexpr::solve {

struct walk_request {
    const solve::equation& equation;
    const state& start;
    const timetable& times;
    const solve::options& options;
    journal* saved = nullptr;  ///< for the backward pass; none: nothing is saved
};

/// By fixed steps, or by dopri5. Statistics of what was saved are the caller's to fill in.
solution walk_by_fixed_steps(const walk_request& request);
solution walk_adaptively(const walk_request& request);

/// Start, breaks and end.
std::vector<double> segment_bounds(const timetable& times);
/// 1, or -1 for backward in time.
double direction_of(const timetable& times);
/// How many asked times are the start itself: the state there is the given one.
std::size_t asked_at_start(const timetable& times);

/// What steps of rounding are at a time: below, a clock would stand still.
double rounding_step(double time);

enum class reason : std::uint8_t {
    rate_not_finite,   ///< where the sample is
    state_not_finite,  ///< after steps of fixed size
    step_too_small,    ///< the error asks for smaller steps
    too_many_steps,
};

/// Notes the failure of a sample, or throws it.
void fail(solution& solution, const walk_request& request, reason why, failure where);

/// The first element of a row that is no finite number; nothing if all are.
bool find_not_finite(const state& values, std::int64_t row, failure& where);
/// The element of a row with the largest magnitude.
void find_largest(const state& values, std::int64_t row, failure& where);

/// Root mean square over all parts, by row.
std::vector<double> sizes_of(const state& values);

}  // namespace cortexpr::solve
