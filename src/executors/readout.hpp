#pragma once
// The readout of a classifier: from the features that an executor gives to logits.

#include "aten/equations.hpp"

namespace cortexpr::executors {

/// Logits (B, classes) of features (1, B, ...), or (T, B, classes) of features of all steps (T, B, ...). Dropout acts
/// where `dropout` is defined, and draws from it step by step.
at::Tensor logits_of(const plan::readout& head, parameter_list parameters, const at::Tensor& features,
                     const at::Generator& dropout, bool all_steps);

}  // namespace cortexpr::executors
