#pragma once
// A training step: forward pass, backward pass, the optimiser's step, projection.

#include "batch_loader.hpp"
#include "classification.hpp"
#include "optimiser.hpp"
#include "regularise.hpp"
#include "repeated_work.hpp"

#include <cortexpr/module/trainable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace cortexpr {

/// What is learnt in every step.
struct learning_task {
    logits_request request{};
    loss_criterion criterion{};
    penalty_options penalties{};
    weight_costs costs{};  ///< of the penalties
    optimiser_options clipping{};
};

struct step_outcome {
    double loss = 0;           ///< without penalties; where it, or they, aren't finite, nothing was stepped
    std::int64_t correct = 0;  ///< 0 of a regressor
};

/// Learns from a batch; a parameter steps with `learning_rate` times its step gain.
step_outcome learn_from(trainable& network, optimiser& optimiser, const learning_task& task,
                        const batch_loader::batch& batch, double learning_rate);

/// The same on batches of one size in memory that stays the same. The work has no branch that depends on numbers, and
/// waits for the device at its end only, so that it can be replayed.
class fixed_step {
  public:
    /// `images` and `labels` say of which size batches are.
    fixed_step(trainable& network, optimiser& optimiser, learning_task task, const batch_loader::batch& like,
               std::unique_ptr<repeated_work> repeated);

    step_outcome learn_from(const batch_loader::batch& batch, double learning_rate);

    /// As repeated_work::launches.
    std::size_t launches() const { return repeated_->launches(); }

  private:
    void work();

    trainable& network_;
    optimiser& optimiser_;
    learning_task task_;
    batch_loader::batch batch_;
    at::Tensor report_;  ///< loss and number of right answers, float64
    std::unique_ptr<repeated_work> repeated_;
};

}  // namespace cortexpr
