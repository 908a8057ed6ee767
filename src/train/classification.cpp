#include "classification.hpp"

#include <torch/types.h>

namespace cortexpr {

logits_request shown(const data::labelled_images& examples, int steps, bool all_steps) {
    return {examples.is_sequence() ? std::nullopt : std::optional(steps), all_steps};
}

at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& labels,
                               at::Reduction::Reduction over_examples) {
    if (logits.dim() == 2) return at::cross_entropy_loss(logits, labels, {}, over_examples);
    const auto steps = logits.size(0);
    const auto loss = at::cross_entropy_loss(logits.flatten(0, 1), labels.repeat({steps}), {}, over_examples);
    return over_examples == at::Reduction::Sum ? loss / steps : loss;
}

at::Tensor right_answers(const at::Tensor& logits, const at::Tensor& labels) {
    const auto last = logits.dim() == 2 ? logits : logits.select(0, -1);
    return last.detach().argmax(1).eq(labels).sum();
}

}  // namespace cortexpr
