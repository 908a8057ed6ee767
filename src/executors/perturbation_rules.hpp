#pragma once
// What perturbations have to fit.

#include "executor.hpp"

#include <vector>

namespace cortexpr::executors {

/// One sentence if a perturbation doesn't fit the network or the run. \throws usage_error
void check_perturbations(const plan::network& plan, const std::vector<perturbation>& perturbations);
void check_perturbations(const plan::network& plan, const run_request& request, const run_shape& shape);

/// The steps of a run in continuous time, as its perturbations count them: each has length 1, and the end may cut the
/// last one short.
int steps_of(const continuous_time& time);

}  // namespace cortexpr::executors
