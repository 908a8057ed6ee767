#pragma once
// Runs with perturbations, by any executor.

#include "executor.hpp"

namespace cortexpr::executors {

/// The run that context.request asks for, with its perturbations. What acts on states and drives goes to the executor;
/// what acts on edges and time constants becomes another plan and other parameters, of which the run's gradients go
/// through to the network's. Where that changes from a step to the next, an executor that runs parts receives them,
/// and with another the run goes on as a new one from the states that it has reached.
run_values<at::Tensor> run_perturbed(executor& with, const run_context& context);

}  // namespace cortexpr::executors
