#pragma once
// How examples are shown to a classifier, what its answers cost, and how many are right: the same in training and in
// evaluation.

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/trainable.hpp>

#include <ATen/core/Reduction.h>

namespace cortexpr {

/// Still images are shown for `steps` steps; sequences last as long as they are. With `all_steps` every step answers.
logits_request shown(const data::labelled_images& examples, int steps, bool all_steps);

/// Cross entropy of the answers (B, classes) with the labels (B); of answers of all steps (T, B, classes), the mean
/// over the steps. Over the examples: their mean or their sum.
at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& labels,
                               at::Reduction::Reduction over_examples = at::Reduction::Mean);

/// How many examples are classified right at the last step: one int64, on the device of the logits.
at::Tensor right_answers(const at::Tensor& logits, const at::Tensor& labels);

}  // namespace cortexpr
