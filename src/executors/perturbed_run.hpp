#pragma once
// Runs with perturbations, by any executor.

#include "executor.hpp"

#include <cortexpr/plan/stored.hpp>

#include <vector>

namespace cortexpr::executors {

/// One sentence if a perturbation doesn't fit the network or the run. \throws usage_error
void check_perturbations(const plan::network& plan, const std::vector<perturbation>& perturbations);
void check_perturbations(const plan::network& plan, const run_request& request, const run_shape& shape);

/// The run that context.request asks for, with its perturbations. What acts on states and drives goes to the executor;
/// what acts on edges and time constants becomes another plan and other parameters, of which the run's gradients go
/// through to the network's. Where that changes from a step to the next, an executor that runs parts is told of them,
/// and with another the run goes on as a new one from the states that it has reached.
run_values<at::Tensor> run_perturbed(executor& with, const run_context& context);

// A run in continuous time takes its perturbations as those of steps of length 1, the last of which the end may cut
// short.

int steps_of(const continuous_time& time);

/// What acts on states and drives, by step; null where nothing does.
std::shared_ptr<const perturbed_states> perturbed_states_of(const run_context& context);

/// What acts on edges and time constants at a step.
struct changed_equations {
    std::shared_ptr<const plan::stored_network> plan;  ///< null: the run's own
    std::vector<at::Tensor> parameters;
};
changed_equations equations_at(const run_context& context, int step);

}  // namespace cortexpr::executors
