#pragma once
// The on-chip executor: a thread block takes an image through all steps (kernels/cuda/on_chip.hpp), with states and
// weights as bfloat16. For the logits of still images; what else a run can be asked is the batched executor's. There
// are no second derivatives.

#include "../executor.hpp"

#include <cortexpr/schedule/on_chip/fit.hpp>

#include <string>

namespace cortexpr::executors {

/// Whether there are kernels for a device.
bool has_chip(at::Device device);

/// What keeps a network from running on a device in this way; `nothing` if it can. Where there are no kernels, and so
/// no memory, none can.
plan::off_chip chip_obstacle(const plan::network& network, at::Device device);

/// Why a network that fits runs on a device by kernels of any size, and not by such as are made for its sizes; empty
/// where it has those. It may compile them.
std::string reason_against_sized_kernels(const plan::network& network, at::Device device);

std::shared_ptr<executor> make_on_chip_executor();

}  // namespace cortexpr::executors
