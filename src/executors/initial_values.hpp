#pragma once
// What states, outputs and feedback are before the first step.

#include "validation.hpp"

#include <ATen/core/Generator.h>

namespace cortexpr::executors {

/// Whether what starts as zeros is made, or left undefined.
enum class zero_starts : std::uint8_t { made, left_out };

/// By neuron type: the given state, or one as declared. Drawn ones are drawn on the CPU, so that devices agree.
std::vector<at::Tensor> initial_states(const plan::network& plan, const run_request& request, std::int64_t batch,
                                       const at::TensorOptions& options, at::Generator draws,
                                       zero_starts zeros = zero_starts::made);

/// By area: the given output, or one as declared; undefined where no area reads it late.
std::vector<at::Tensor> initial_outputs(const plan::network& plan, const run_request& request, std::int64_t batch,
                                        const at::TensorOptions& options, at::Generator draws,
                                        zero_starts zeros = zero_starts::made);

/// By area: the given feedback, or one as declared; undefined where the area hears none.
std::vector<at::Tensor> initial_feedback(const plan::network& plan, const run_request& request, std::int64_t batch,
                                         const at::TensorOptions& options, at::Generator draws,
                                         zero_starts zeros = zero_starts::made);

}  // namespace cortexpr::executors
