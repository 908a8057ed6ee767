#pragma once
// Step gains for an optimiser of LibTorch's.

#include <cortexpr/module/parameter_set.hpp>

#include <torch/optim/adam.h>

#include <vector>

namespace cortexpr {

/// The trainable parameters of a network as groups for `torch::optim::Adam`, each with `learning_rate` times the step
/// gain that its initialisation has set. Adam over net->parameters() would step kernels of the balanced initialisation
/// by a twentieth (docs/learning.md). Call net->project() after each step.
/// \throws usage_error  no parameter is trainable
std::vector<torch::optim::OptimizerParamGroup> optimiser_groups(const parameter_set& network, double learning_rate);

/// Sets the learning rate of groups that `optimiser_groups` made, in step gains as before: for schedules.
void set_learning_rate(torch::optim::Adam& optimiser, const parameter_set& network, double learning_rate);

}  // namespace cortexpr
