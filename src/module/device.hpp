#pragma once
// Devices by name. LibTorch's CUDA half is loaded when a network is first put on a GPU: programs link the CPU half
// only.

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>

namespace cortexpr::executors {

/// "cpu", "cuda" or "cuda:1", ready to use. Throws usage_error for another name, or where there is no such GPU or no
/// LibTorch that can use it.
c10::Device usable_device(const std::string& name);

/// Throws usage_error for another type of parameters than float32 and float64.
void require_dtype(c10::ScalarType dtype);

}  // namespace cortexpr::executors
