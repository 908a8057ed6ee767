#pragma once
// Runs a declared network on what the reference was run on, and compares every number.

#include "recorded_run.hpp"

#include <cortexpr/plan/network.hpp>

namespace cortexpr::recorded {

/// Repeats a recorded run in float64 with each executor, inside a Catch2 test. Checked: the declaration; outputs,
/// states, feedback, logits and loss; the gradients of all parameters and of the input, to 1e-10 of each tensor's
/// largest element; three steps of Adam, to 1e-9, where the run holds them.
void replay(const plan::network& plan, const recorded_run& run);

}  // namespace cortexpr::recorded
