#pragma once
// The terms of the equations, one function each (docs/design.md, "The equations").

#include <cortexpr/plan/network.hpp>
#include <cortexpr/run/options.hpp>

#include <ATen/core/Tensor.h>

#include <span>

namespace cortexpr::executors {

/// Parameters in the plan's order.
using parameter_list = std::span<const at::Tensor>;

/// phi(W * x + b): the term of an edge, before the sign of its source.
at::Tensor edge_term(const plan::edge& edge, parameter_list parameters, const at::Tensor& source,
                     cortexpr::precision precision = cortexpr::precision::float32);

/// phi(W * resized(x) + b): what an earlier area hears of a later one.
at::Tensor edge_term(const plan::feedback_edge& edge, parameter_list parameters, const at::Tensor& output,
                     cortexpr::precision precision = cortexpr::precision::float32);

/// Adds a term to a sum with its sign; an undefined sum is 0.
void accumulate(at::Tensor& sum, int sign, const at::Tensor& term);

/// h(t) = f(z) / tau + (1 - 1/tau) h(t-1), given 1/tau.
at::Tensor next_state(const plan::neuron_type& type, const at::Tensor& rate, const at::Tensor& drive,
                      const at::Tensor& state);

}  // namespace cortexpr::executors
