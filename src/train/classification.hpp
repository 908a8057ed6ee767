#pragma once
// How examples are shown to a network with a readout, what its answers are to cost, and how many of a classifier's are
// right: the same in training and in evaluation.

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/trainable.hpp>
#include <cortexpr/train/training_options.hpp>

#include <ATen/core/Reduction.h>

#include <optional>

namespace cortexpr {

/// Still images are shown for `steps` steps; sequences last as long as they are. With `all_steps` every step answers.
logits_request shown(const data::labelled_images& examples, int steps, bool all_steps);

struct loss_criterion {
    loss_kind kind = loss_kind::cross_entropy;
    at::Tensor class_weights{};  ///< (classes); undefined: 1 each
    double label_smoothing = 0;
    at::Tensor target_deviations{};  ///< (targets): what a regressor's errors are divided by; undefined: 1
    bool has_zero_weights = false;   ///< so that a batch may count nothing
};

/// As the options say; weights that balance classes, and deviations of targets, are those of `examples`.
/// \throws usage_error  another number of weights than classes, weights or deviations that the type doesn't hold,
///                      weights that are all 0, or what is of labels for examples with targets, or the reverse
loss_criterion criterion_of(const loss_options& options, const data::labelled_images& examples,
                            const at::TensorOptions& like);

/// The loss of the answers (B, classes) to examples with labels (B); of answers of all steps (T, B, classes), the mean
/// over the steps. Over the examples: their mean, by the weights of their classes, or their sum.
at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& labels, const loss_criterion& criterion = {},
                               at::Reduction::Reduction over_examples = at::Reduction::Mean);

/// Of the answers (B, classes or targets), or of those of all steps (T, B, ...): those of the last step.
at::Tensor last_step(const at::Tensor& answers);

/// How many examples are classified right at the last step: one int64, on the device of the logits.
at::Tensor right_answers(const at::Tensor& logits, const at::Tensor& labels);

/// Loss, number of right answers and the loss's gradient by the logits, in one launch of a device's kernel.
struct judged_answers {
    at::Tensor loss{};      ///< one number
    at::Tensor report{};    ///< loss and number of right answers: float64
    at::Tensor gradient{};  ///< of the logits' shape
};

/// The mean over the examples, as classification_loss and right_answers have it. Nothing where the device has no
/// kernels for it, or where logits aren't float32.
std::optional<judged_answers> judged(const at::Tensor& logits, const at::Tensor& labels,
                                     const loss_criterion& criterion);

}  // namespace cortexpr
