#pragma once
// Runs a declared network on what the reference was run on, and compares every number.

#include <cortexpr/dsl.hpp>

#include <string>

namespace cortexpr::golden {

/// Repeats the recorded run of that name in float64. Checked: the declaration; outputs, states, feedback, logits and
/// loss; the gradients of all parameters and of the input, to 1e-10 of each tensor's largest element; for classifiers
/// three steps of Adam, to 1e-9. Where the run isn't on this machine, a warning says that it was skipped.
void replay(const plan::network& plan, const std::string& name);

}  // namespace cortexpr::golden
