#pragma once
// The planned executor: the schedule that the type gives, on the CPU. All steps of all images are one node of the
// autograd graph, with a backward pass of its own. Held to the transparent executor by tests.
//
// With precision::bfloat16 what convolutions read is rounded to that: weights, stimulus, states, feedback, and in the
// backward pass the adjoints of sums and states; all else stays float32. There are no second derivatives.

#include "../executor.hpp"

namespace cortexpr::executors {

std::shared_ptr<executor> make_planned_executor();

}  // namespace cortexpr::executors
