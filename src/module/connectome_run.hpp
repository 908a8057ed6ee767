#pragma once
// The states of a run: step by step with what is changed at which steps, or in continuous time.

#include "../executors/connectome/recurrence.hpp"

#include <cortexpr/run/connectome.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cortexpr {

/// \param noise_keys  (B), int64, on the CPU; read where the request has noise
executors::recurrence_states discrete_states(executors::recurrence& runner, const executors::recurrence_inputs& whole,
                                             const connectome_request& request, const at::Tensor& noise_keys);

/// The request's, over `time`. All states are given, (evaluations, N, B); `name_of` a cell is for errors. What acts
/// from step a to step b acts from a - 1 to b after the start. A sample whose inputs, (..., B), have NaN or
/// infinity is NaN from where they act. \throws solver_error, usage_error
executors::recurrence_states continuous_states(const std::shared_ptr<executors::recurrence>& runner,
                                               const executors::recurrence_inputs& whole,
                                               const connectome_request& request, const continuous_time& time,
                                               const at::Tensor& inputs,
                                               const std::function<std::string(std::int64_t)>& name_of);

}  // namespace cortexpr
