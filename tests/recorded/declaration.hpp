#pragma once
// Whether a network declared as types is the one that the reference ran.

#include "recorded_run.hpp"

#include <cortexpr/plan/network.hpp>

namespace cortexpr::recorded {

/// Checks every field of the recorded keyword arguments against the plan.
void check_declaration(const plan::network& plan, const recorded_run& run);

}  // namespace cortexpr::recorded
