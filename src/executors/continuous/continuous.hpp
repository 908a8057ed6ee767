#pragma once
// A spatial network in continuous time: the same terms as in its steps, as the right-hand side of a solver.
//
//     tau_j dh_j/dt = f_j(z_j(t)) - h_j        z_j = sum_s sign(s) phi_sj(W_sj * x_s(t) + b_sj)
//
// Inputs, feedback and outputs are those of the same moment. LibTorch's operations, on any device. A perturbation from
// step a to step b acts from a - 1 to b after the start: a state is set where that begins and doesn't move until its
// end; a current, a cut or a factor is there as long. The solver breaks off at both ends.

#include "../executor.hpp"

#include <cortexpr/run/continuous.hpp>

namespace cortexpr::executors {

/// Recordings and, with all_logits, features are those of all evaluations, (evaluations, B, ...) or batch first; at a
/// jump of the input, those of the input before it. Differentiable. A sample that has no finite state because its
/// input has NaN or infinity is NaN from where that acts; the others go on. \throws usage_error   the network's outputs
/// depend on one another at once \throws solver_error  another sample that can't be solved; it names the neuron
run_values<at::Tensor> continuous_run(const run_context& context, const continuous_time& time);

}  // namespace cortexpr::executors
