#pragma once
// What a run gives.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/run/values.hpp>

#include <ATen/core/Tensor.h>

#include <vector>

namespace cortexpr {

/// Unless a run was `answer_only`, final states and the output are always there.
struct run_result : run_values<at::Tensor> {
    at::Tensor logits{};          ///< classifiers: (B, classes), or (T, B, classes)
    std::vector<double> times{};  ///< in continuous time: of what was recorded
};

}  // namespace cortexpr
