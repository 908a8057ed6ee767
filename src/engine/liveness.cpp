#include "liveness.hpp"

#include <algorithm>

namespace cortexpr::engine {

bool feedback_is_read(const plan::network& plan, const run_request& request, int t, int steps) {
    return !plan.feedback.empty() &&
           (t < steps || std::ranges::find(request.record_feedback, true) != request.record_feedback.end());
}

bool output_is_read(const plan::network& plan, const run_request& request, int area, int t, int steps) {
    const bool is_last_area = area + 1 == static_cast<int>(plan.areas.size()), is_last_step = t == steps;
    if (is_last_area && (is_last_step || request.all_logits)) return true;
    if (!is_last_area && (plan.area_delay == 0 || !is_last_step)) return true;
    if (!request.record_outputs.empty() && request.record_outputs[static_cast<std::size_t>(area)]) return true;
    const auto leaves_here = [area](const plan::feedback_edge& edge) { return edge.from == area; };
    return feedback_is_read(plan, request, t, steps) && std::ranges::any_of(plan.feedback, leaves_here);
}

}  // namespace cortexpr::engine
