#include "reads.hpp"

namespace cortexpr::engine {

plan::reads reads_of(const run_request& request) {
    const auto flags_of = [](const std::vector<bool>& asked) { return plan::flags(asked.begin(), asked.end()); };
    return {.answer = true,
            .every_answer = request.all_logits,
            .final_states = !request.answer_only,
            .states = flags_of(request.record_states),
            .outputs = flags_of(request.record_outputs),
            .feedback = flags_of(request.record_feedback),
            .silenced_from = request.silenced_from};
}

}  // namespace cortexpr::engine
