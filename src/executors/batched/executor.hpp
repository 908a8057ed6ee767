#pragma once
// The batched executor: the schedule that the type gives, over whole batches, with ATen's operations and so on any
// device. All steps are one node of the autograd graph, with a backward pass of its own. Held to the transparent
// executor by tests.
//
// With precision::bfloat16, maps and convolutions are of that type; parameters, time constants, results and gradients
// stay float32. There are no second derivatives.

#include "../executor.hpp"

namespace cortexpr::executors {

std::shared_ptr<executor> make_batched_executor();

}  // namespace cortexpr::executors
