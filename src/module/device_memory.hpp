#pragma once
// What a GPU's memory was asked for.

#include <c10/core/Device.h>

#include <cstdint>
#include <optional>

namespace cortexpr {

/// At most, since the process began, in bytes.
struct device_memory {
    std::int64_t held_by_tensors = 0;
    std::int64_t taken = 0;  ///< from the device, with what LibTorch keeps for tensors to come
};

/// Nothing of the CPU, whose memory the system counts.
std::optional<device_memory> peak_memory_of(c10::Device device);

}  // namespace cortexpr
