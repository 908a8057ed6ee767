#pragma once
// Adam over the trainable parameters of a set, one group for each distinct step gain, in one fused operation per
// group on any device.

#include <cortexpr/train/trainer.hpp>

#include <cstdint>
#include <vector>

namespace cortexpr {

class optimiser {
  public:
    /// Continues from `moments` (by parameter of the plan) unless that is empty.
    /// \throws usage_error  no parameter is trainable, or moments that don't fit
    optimiser(parameter_set& parameters, const std::vector<adam_moments>& moments);

    /// Steps along the gradients, each parameter with `learning_rate` times its step gain, makes Dale's law true again,
    /// and forgets the gradients.
    void step(double learning_rate);

    /// The same in two halves, for work that is recorded and replayed: the rates of a step into tensors, ...
    void set_rates(double learning_rate);
    /// ... and the step with these rates. Nothing is stepped where `is_void`, a float32 number, is 1.
    void step_with_rates(const at::Tensor& is_void);

    /// The moments as they are now, by parameter of the plan; the tensors are Adam's own.
    std::vector<adam_moments> moments() const;

  private:
    /// Of one parameter. The count of steps is a tensor, so that a step is the same work each time and never waits for
    /// the device. Undefined before the first gradient.
    struct adam_state {
        at::Tensor mean{}, square{}, steps{};
    };
    struct group {
        double gain = 1;
        std::vector<int> parameters{};
        at::Tensor rate{};  ///< float32, on the device; made when it is first set
    };
    /// What one fused operation takes.
    struct lists {
        std::vector<at::Tensor> parameters, gradients, means, squares, steps;
    };

    void start(int index);
    lists counted_lists_of(const group& group);
    void end_step();

    parameter_set& parameters_;
    std::vector<group> groups_;
    std::vector<adam_state> states_;  ///< by parameter of the plan
};

}  // namespace cortexpr
