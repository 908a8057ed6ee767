#pragma once
// Adam on what torch.optim.Adam keeps: its step, or a whole training step, without the interpreter in between. At batch
// 1 that is what a step takes (docs/python.md).

#include "owned_by_python.hpp"

#include <vector>

namespace cortexpr::python {

/// What a group of parameters is stepped with.
struct adam_constants {
    double rate = 0, mean_decay = 0, square_decay = 0, weight_decay = 0, epsilon = 0;
    bool keeps_largest = false, maximizes = false, decouples_decay = false;
};

/// What a network is shown, and what its answers are compared with.
struct shown_batch {
    bool training = true;
    at::Tensor input, wanted;  ///< wanted: labels (B) of a classifier, or targets (B, targets) of a regressor
    std::optional<int> steps{};
    cortexpr::layout layout = cortexpr::layout::batch_first;
};

/// The arithmetic is torch's fused kernel's; all tensors are the optimiser's in Python.
class adam {
  public:
    /// By parameter; largest_squares has entries where the group's constants keep them.
    struct group {
        tensors parameters, means, squares, largest_squares, counts;
    };

    /// `without_memory`: parameters that had no gradient in any step, of which nothing is kept yet.
    adam(std::vector<group> groups, tensors without_memory)
        : groups_(std::move(groups)), without_memory_(std::move(without_memory)) {}

    /// Steps by the groups' constants. False where a parameter without memory has a gradient; nothing is stepped then.
    /// \throws usage_error  parameters were converted or moved since the last step
    bool step(const std::vector<adam_constants>& constants) const;
    void zero_grad() const;

    struct outcome {
        at::Tensor loss{};
        bool is_stepped = false;  ///< else gradients are there, and step() has given false
    };
    /// Forward pass, loss, backward pass, step, projection. \throws usage_error  as the forward pass does, and for
    /// what answers can't be compared with
    outcome train_step(owned_by_python& network, const tensors& parameters, const shown_batch& batch,
                       const std::vector<adam_constants>& constants) const;

  private:
    /// \throws usage_error  a parameter has been converted or moved since its gradients' means were made
    void require_fitting_memory() const;

    std::vector<group> groups_;
    tensors without_memory_;
};

}  // namespace cortexpr::python
