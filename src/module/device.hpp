#pragma once
// Devices by name. LibTorch's CUDA half is loaded before main where a driver is (device.cpp says why): programs link
// the CPU half only.

#include <c10/core/Device.h>

#include <string>

namespace cortexpr {

/// "cpu", "cuda" or "cuda:1", ready to use. Throws usage_error for another name, or where there is no such GPU or no
/// LibTorch that can use it.
c10::Device usable_device(const std::string& name);

}  // namespace cortexpr
