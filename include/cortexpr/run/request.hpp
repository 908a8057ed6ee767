#pragma once
// What a run is asked for.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/run/continuous.hpp>
#include <cortexpr/run/options.hpp>
#include <cortexpr/run/perturbation.hpp>
#include <cortexpr/schedule/liveness.hpp>

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

namespace cortexpr {

/// What one run is asked for. Vectors are empty, or have one entry for each neuron type or area of the plan.
struct run_request {
    std::optional<int> steps;  ///< for a still image (B, C, H, W); a sequence brings its own number
    cortexpr::layout layout = cortexpr::layout::batch_first;  ///< of sequences and recordings: batch or time first
    std::vector<at::Tensor> initial_states{};    ///< by neuron type, (B, C, H, W); here and below, an undefined
                                                 ///< one starts as declared
    std::vector<at::Tensor> initial_outputs{};   ///< by area, (B, C, H, W); read above where area_delay is 1
    std::vector<at::Tensor> initial_feedback{};  ///< by area; heard at the first step (at all steps by an area to which
                                                 ///< the network has no feedback)
    std::vector<bool> record_states{};           ///< by neuron type
    std::vector<bool> record_outputs{};          ///< by area
    std::vector<bool> record_feedback{};         ///< by area
    std::vector<perturbation> perturbations{};   ///< where several hold the same state, the last one counts
    std::optional<continuous_time> continuous{};  ///< in place of steps; recordings and all_logits are then of its
                                                  ///< evaluations
    bool all_logits = false;                      ///< classifiers: logits of every step, (T, B, classes)
    bool answer_only = false;  ///< only a classifier's logits or a network's output are read: final states, and a
                               ///< classifier's output, may be left undefined, and what only they need isn't computed

    /// The same in the words of the schedule, without perturbations.
    plan::requested requested() const;
};

}  // namespace cortexpr
