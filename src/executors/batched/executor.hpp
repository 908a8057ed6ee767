#pragma once
// The batched executor: the schedule that the type gives, over whole batches, with ATen's operations and so on any
// device. All steps are one node of the autograd graph, with a backward pass of its own. Held to the transparent
// executor by tests.

#include "../aten/equations.hpp"
#include "../validation.hpp"

namespace cortexpr::executors {

/// As run_transparently. With bfloat16, maps and convolutions are of that type; parameters, time constants, results and
/// gradients stay float32. The result has no second derivatives.
run_result run_batched(const plan::network& plan, parameter_list parameters, const at::Tensor& input,
                       const run_request& request, const run_extent& extent, const at::Generator& draws, bool training,
                       precision precision);

}  // namespace cortexpr::executors
