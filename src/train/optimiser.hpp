#pragma once
// Adam over the trainable parameters of a network, one group for each distinct step gain, in one fused operation per
// group on any device.

#include <cortexpr/train/trainer.hpp>

#include <cstdint>
#include <vector>

namespace cortexpr {

class optimiser {
  public:
    /// Continues from `moments` (by parameter of the plan) unless that is empty.
    /// \throws usage_error  no parameter is trainable, or moments that don't fit
    optimiser(network_module& network, double learning_rate, int warm_up, const std::vector<adam_moments>& moments);

    /// Steps along the gradients, makes Dale's law true again, and forgets the gradients. `before` is the number of
    /// steps so far: over the first `warm_up` the learning rate rises linearly, because Adam's first steps have full
    /// size whatever the gradient, and would throw the readout off.
    void step(std::int64_t before);

    /// The same in two halves, for work that is recorded and replayed: the rates of a step into tensors, ...
    void set_rates(std::int64_t before);
    /// ... and the step with these rates. Nothing is stepped where `is_void`, a float32 number, is 1.
    void step_with_rates(const at::Tensor& is_void);

    /// Takes the parameters into their running means, of `step` steps so far, which begin from what they are now.
    void average(std::vector<at::Tensor>& means, double decay, std::int64_t step) const;

    /// The moments as they are now, by parameter of the plan; the tensors are Adam's own.
    std::vector<adam_moments> moments() const;

  private:
    /// Of one parameter. The count of steps is a tensor, so that a step is the same work each time and never waits for
    /// the device. Undefined before the first gradient.
    struct adam_state {
        at::Tensor mean{}, square{}, steps{};
    };
    struct group {
        double learning_rate = 0;  ///< after the rise
        std::vector<int> parameters{};
        at::Tensor rate{};  ///< float32, on the device; made when it is first set
    };
    /// What one fused operation takes.
    struct lists {
        std::vector<at::Tensor> parameters, gradients, means, squares, steps;
    };

    void start(int index);
    lists counted_lists_of(const group& group);
    double share_of_rate(std::int64_t before) const;
    void end_step();

    network_module& network_;
    int warm_up_;
    std::vector<group> groups_;
    std::vector<adam_state> states_;  ///< by parameter of the plan
};

}  // namespace cortexpr
