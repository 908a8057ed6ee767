#pragma once
// Adam over the trainable parameters of a network, one option group for each distinct step gain.

#include <cortexpr/train/trainer.hpp>

#include <torch/optim/adam.h>

#include <cstdint>
#include <vector>

namespace cortexpr {

class optimiser {
  public:
    /// Continues from `moments` (by parameter of the plan) unless that is empty.
    /// \throws usage_error  no parameter is trainable, or moments that don't fit
    optimiser(network_module& network, const std::vector<adam_moments>& moments);

    /// Steps along the gradients, each parameter with `learning_rate` times its step gain, makes Dale's law true again,
    /// and forgets the gradients.
    void step(double learning_rate);

    /// Takes the parameters into their running means, of `step` steps so far, which begin from what they are now.
    void average(std::vector<at::Tensor>& means, double decay, std::int64_t step) const;

    /// The moments as they are now, by parameter of the plan; the tensors are Adam's own.
    std::vector<adam_moments> moments() const;

  private:
    network_module& network_;
    torch::optim::Adam adam_;
    std::vector<double> gains_;  ///< by option group
};

}  // namespace cortexpr
