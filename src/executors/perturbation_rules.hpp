#pragma once
// What perturbations have to fit.

#include "executor.hpp"

#include <vector>

namespace cortexpr::executors {

/// One sentence if a perturbation doesn't fit the network, whose numbers are of `dtype`, or the run. \throws
/// usage_error
void check_perturbations(const plan::network& plan, const std::vector<perturbation>& perturbations,
                         at::ScalarType dtype);
void check_perturbations(const plan::network& plan, const run_request& request, const run_shape& shape,
                         at::ScalarType dtype);

}  // namespace cortexpr::executors
