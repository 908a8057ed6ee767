#pragma once
// How the parameters of a network are first drawn.

#include <cortexpr/plan/network.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace cortexpr {

/// Draws all parameters as the reference does: PyTorch's default for convolutions and linear layers, weights and biases
/// from U(-k, k) with k = 1/sqrt(inputs of a unit), and tau = its initial value + U(0, 1e-6). They are drawn in float64
/// on the CPU, so that every precision and device gets the same numbers. Dale's law is left to a projection.
void draw_as_reference(const plan::network& plan, std::span<const at::Tensor> parameters, std::uint64_t seed);

}  // namespace cortexpr
