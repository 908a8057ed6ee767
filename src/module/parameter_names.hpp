#pragma once
// Parameters by their state-dict names, and how they are first drawn.

#include <cortexpr/plan/network.hpp>

#include <ATen/core/Generator.h>
#include <torch/nn/module.h>

#include <string_view>
#include <vector>

namespace cortexpr::executors {

/// Registers a parameter under a dotted name, such as `rnn.areas.0.convs.1->0.0.weight`, in submodules made as needed.
void register_under(torch::nn::Module& root, std::string_view name, const at::Tensor& parameter);

/// Draws all parameters as the reference does: PyTorch's default for convolutions and linear layers, weights and biases
/// from U(-k, k) with k = 1/sqrt(inputs of a unit), and tau = its initial value + U(0, 1e-6). They are drawn in float64
/// on the CPU, so that every precision and device gets the same numbers. Dale's law is left to a projection.
void draw_as_reference(const plan::network& plan, std::vector<at::Tensor>& parameters, std::uint64_t seed);

}  // namespace cortexpr::executors
