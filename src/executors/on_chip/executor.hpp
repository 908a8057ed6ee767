#pragma once
// The on-chip executor: a thread block takes an image through all steps (kernels/cuda/on_chip.hpp). For the logits of
// still images; what else a run can be asked is the batched executor's.

#include "../aten/equations.hpp"
#include "../validation.hpp"
#include "merging.hpp"

namespace cortexpr::executors {

/// Whether there are kernels for a device.
bool has_chip(at::Device device);

/// What keeps a network from running on a device in this way; `nothing` if it can. Where there are no kernels, and so
/// no memory, none can.
plan::off_chip chip_obstacle(const plan::network& network, at::Device device);

/// Whether a run of such a network is asked for no more than the kernels give.
bool is_for_chip(const at::Tensor& input, const run_request& request, const run_extent& extent);

/// As run_transparently, with states and weights as bfloat16; the result has no second derivatives. `merging` is made
/// where there is none for the device yet.
run_result run_on_chip(const plan::network& plan, parameter_list parameters, const at::Tensor& input,
                       const run_extent& extent, const at::Generator& draws, bool training,
                       std::shared_ptr<on_chip::merging>& merging);

}  // namespace cortexpr::executors
