#pragma once
// The transparent executor: the equations as they stand, one convolution for each edge and step, plain autograd. It is
// the oracle that faster executors are held to. Its one economy: an output or feedback that nobody reads is not
// computed.

#include "../aten/equations.hpp"
#include "../validation.hpp"

namespace cortexpr::executors {

/// Runs `plan` on an input that was checked. `draws` gives the initial states that are declared as drawn, and dropout,
/// which is applied where `training`.
run_result run_transparently(const plan::network& plan, parameter_list parameters, const at::Tensor& input,
                             const run_request& request, const run_extent& extent, at::Generator draws, bool training);

}  // namespace cortexpr::executors
