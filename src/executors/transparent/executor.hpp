#pragma once
// The transparent executor: the equations as they stand, one convolution for each edge and step, plain autograd. It is
// the oracle that faster executors are tested against. Its one economy: an output or feedback that nothing reads is not
// computed.

#include "../executor.hpp"

namespace cortexpr::executors {

std::shared_ptr<executor> make_transparent_executor();

}  // namespace cortexpr::executors
