#include <cortexpr/run/request.hpp>

namespace cortexpr {

plan::requested run_request::requested() const {
    const auto flags_of = [](const std::vector<bool>& asked) { return plan::flags(asked.begin(), asked.end()); };
    return {.answer = true,
            .every_answer = all_logits,
            .final_states = !answer_only,
            .states = flags_of(record_states),
            .outputs = flags_of(record_outputs),
            .feedback = flags_of(record_feedback)};
}

}  // namespace cortexpr
