#pragma once
// What a run gives.

#include <ATen/core/Tensor.h>

#include <vector>

namespace cortexpr {

/// What a run gives. What was not asked for is undefined.
struct run_result {
    std::vector<at::Tensor> states;        ///< by neuron type: (B, T, C, H, W), or time first
    std::vector<at::Tensor> outputs;       ///< by area
    std::vector<at::Tensor> feedback;      ///< by area
    std::vector<at::Tensor> final_states;  ///< by neuron type: (B, C, H, W), always there; feed them to the next run
    at::Tensor output;                     ///< the last area's output at the last step: (B, C, H, W), always there
    at::Tensor logits;                     ///< classifiers: (B, classes), or (T, B, classes)
};

}  // namespace cortexpr
