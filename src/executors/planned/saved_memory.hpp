#pragma once
// The memory in which a network saves what its backward pass will need.

#include "../../memory.hpp"

#include <ATen/core/Tensor.h>

#include <memory>

namespace cortexpr::executors::planned {

/// A tensor on the CPU, not initialised. Its memory goes back to the store when the last reference is gone; the store
/// lives as long as the tensor.
at::Tensor saved_tensor(std::shared_ptr<memory_store> store, at::IntArrayRef sizes, at::ScalarType type);

}  // namespace cortexpr::executors::planned
