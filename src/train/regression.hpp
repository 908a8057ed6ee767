#pragma once
// What the answers of a network cost that fits continuous targets, how well they fit, and the units that its readout is
// stepped in.

#include "classification.hpp"

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/parameter_set.hpp>
#include <cortexpr/train/training_log.hpp>

#include <vector>

namespace cortexpr {

/// The loss of the answers (B, targets) to examples with such targets: the mean over the targets; of answers of all
/// steps (T, B, targets), over the steps, too. Over the examples: their mean or their sum.
at::Tensor regression_loss(const at::Tensor& answers, const at::Tensor& targets, const loss_criterion& criterion,
                           at::Reduction::Reduction over_examples = at::Reduction::Mean);

/// regression_loss where `wanted` are targets, classification_loss where they are labels.
at::Tensor loss_of(const at::Tensor& answers, const at::Tensor& wanted, const loss_criterion& criterion,
                   at::Reduction::Reduction over_examples = at::Reduction::Mean);

/// Sums up how far answers are from the targets of a set.
class fit_sums {
  public:
    explicit fit_sums(const data::labelled_images& examples) : examples_(examples) {}

    /// Answers as for regression_loss, of which those of the last step count.
    void add(const at::Tensor& answers, const at::Tensor& targets);
    /// By target, once all examples were added.
    std::vector<target_fit> fits() const;

  private:
    const data::labelled_images& examples_;
    at::Tensor squares_;  ///< (targets), float64, on the answers' device
};

/// Indices of weight and bias of the readout's last layer.
struct last_layer {
    int weight = -1, bias = -1;
};
last_layer last_layer_of(const parameter_set& network);

/// What a regressor's last layer is stepped in, by parameter: for each target the power of two next to its deviation in
/// `examples`. Undefined for other parameters; empty of a classifier. Powers of two, so that a parameter loses no bit
/// on its way into such units and back.
std::vector<at::Tensor> readout_units(const parameter_set& network, const data::labelled_images& examples);

}  // namespace cortexpr
