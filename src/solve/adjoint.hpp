#pragma once
// Gradients of a solution: the steps that the forward pass recorded are repeated, from the last to the first, with
// their sizes as constants.

#include "walk.hpp"

#include <vector>

namespace cortexpr::solve {

/// integrate with gradients::replayed where a gradient is wanted: one node of autograd.
solution integrate_for_replay(const equation& equation, const state& start, const timetable& times,
                              const options& options);

/// Nothing is kept, unless autograd records.
solution walk(const walk_request& request);

}  // namespace cortexpr::solve
