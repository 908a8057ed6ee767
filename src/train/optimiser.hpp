#pragma once
// A rule over the trainable parameters of a set: one group for each distinct step gain, weight decay, projection.

#include <cortexpr/module/parameter_set.hpp>
#include <cortexpr/train/update_rule.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace cortexpr {

/// Weight decay by parameter: one number, or one for each element; undefined where there is none.
using weight_decays = std::vector<at::Tensor>;

class optimiser {
  public:
    /// Continues from `memory` (by parameter of the plan) unless that is empty.
    /// `units` (by parameter of the plan; empty or undefined: 1) say what a parameter is stepped in multiples of: it
    /// and its gradient are taken into these units for the step, decay and clipping included, and back after it.
    /// \throws usage_error  no parameter is trainable, or a memory that doesn't fit or is of another rule
    optimiser(parameter_set& parameters, const std::vector<optimiser_memory>& memory,
              std::shared_ptr<const update_rule> rule = rule_of({}), weight_decays decays = {},
              std::vector<at::Tensor> units = {});

    /// Clips the gradients as options say, steps along them, each parameter with `learning_rate` times its step gain,
    /// makes Dale's law true again, and forgets the gradients. Nothing is stepped where `loss` is given and isn't
    /// finite.
    void step(double learning_rate, const at::Tensor& loss = {}, const optimiser_options& clipping = {});

    /// The same in two halves, for work that is recorded and replayed: the rates of a step into tensors, ...
    void set_rates(double learning_rate);
    /// ... and the step with these rates, without waiting for the device.
    void step_with_rates(const at::Tensor& loss, const optimiser_options& clipping = {});

    /// The largest step gain, times which the learning rate has to be a number of the parameters' type.
    double largest_gain() const;

    /// What is kept as it is now, by parameter of the plan; the tensors are the optimiser's own.
    std::vector<optimiser_memory> memory() const;

  private:
    /// The state of one parameter. The count of steps is a tensor, so that a step is the same work each time and never
    /// waits for the device. Undefined before the first gradient.
    struct parameter_state {
        std::vector<at::Tensor> kept{};
        at::Tensor count{};
    };
    struct group {
        double gain = 1;
        std::vector<int> parameters{};
        at::Tensor rate{};  ///< float32, on the device; made when it is first set
    };

    void start(int index);
    std::string kept_name(std::size_t kept) const;
    stepped_parameters counted(const group& group);
    void decay(const group& group, const step_size& size);
    void step(const group& group, const step_size& size);
    void end_step();
    struct kernel_step;
    void add_segment(kernel_step& step, const group& group, int index, std::optional<double> learning_rate);
    bool kernels_can_step() const;
    bool step_by_kernels(std::optional<double> learning_rate, const at::Tensor& loss,
                         const optimiser_options& clipping);

    parameter_set& parameters_;
    std::shared_ptr<const update_rule> rule_;
    weight_decays decays_;
    std::vector<at::Tensor> units_;
    std::vector<group> groups_;
    std::vector<parameter_state> states_;  ///< by parameter of the plan
};

}  // namespace cortexpr
