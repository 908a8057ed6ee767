#pragma once
// The planned executor: the schedule that the type gives, on the CPU. All steps of all images are one node of the
// autograd graph, with a backward pass of its own. Held to the transparent executor by tests.

#include "../aten/equations.hpp"
#include "../validation.hpp"
#include "kept_memory.hpp"

namespace cortexpr::executors {

/// As run_transparently; for tensors on the CPU. With precision::bfloat16 what convolutions read is rounded to that:
/// weights, stimulus, states, feedback, and on the way back the adjoints of sums and states; all else stays float32.
/// The result has no second derivatives.
run_result run_planned(const plan::network& plan, parameter_list parameters, const at::Tensor& input,
                       const run_request& request, const run_extent& extent, const at::Generator& draws, bool training,
                       precision precision, planned::kept_memory& memory);

}  // namespace cortexpr::executors
