#pragma once
// Which outputs and feedback somebody reads; the others are not computed. Steps count from 1.

#include <cortexpr/torch/network_module.hpp>

namespace cortexpr::engine {

/// Whether feedback computed at the end of step t is heard at the next step or recorded.
bool feedback_is_read(const plan::network& plan, const run_request& request, int t, int steps);

/// Whether anybody reads an area's output of step t: the caller (the last area's last one, or all logits), a recording,
/// the area above (at t, or with area_delay at t+1), or feedback.
bool output_is_read(const plan::network& plan, const run_request& request, int area, int t, int steps);

}  // namespace cortexpr::engine
