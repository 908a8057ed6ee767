#pragma once
// Running means of parameters: what is tested and saved instead of what the optimiser steps (docs/learning.md).

#include <cortexpr/compiler.hpp>

#include <cortexpr/module/parameter_set.hpp>

#include <cstdint>
#include <vector>

namespace cortexpr {

/// Copies of all trainable parameters, by index; undefined where one is frozen: what running means begin from.
std::vector<at::Tensor> running_means_of(const parameter_set& network);

/// Takes the parameters into their running means after step `step` (the first is 1): means move by 1 - decay of the
/// way, and farther over the first steps, so that they don't cling to the start.
void take_into_means(std::vector<at::Tensor>& means, const parameter_set& network, double decay, std::int64_t step);

/// While it lives, a network holds the running means of its parameters instead of what the optimiser steps. Dale's law
/// holds for them too: its region is convex. Without running means nothing changes.
class averaged_parameters {
  public:
    /// `means` are by parameter, as `running_means_of` gives them. The network must outlive this.
    averaged_parameters(parameter_set& network, const std::vector<at::Tensor>& means);
    averaged_parameters(const averaged_parameters&) = delete;
    averaged_parameters& operator=(const averaged_parameters&) = delete;
    ~averaged_parameters();

  private:
    parameter_set& network_;
    std::vector<at::Tensor> stepped_;
};

/// Copies values, by index, into the parameters, where there are any.
void put(parameter_set& network, const std::vector<at::Tensor>& values);

}  // namespace cortexpr
