#include "device_memory.hpp"

#include <c10/core/CachingDeviceAllocator.h>

#include <cstddef>

namespace cortexpr {

std::optional<device_memory> peak_memory_of(c10::Device device) {
    if (device.is_cpu()) return {};
    constexpr auto all = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    const auto stats = c10::getDeviceAllocator(device.type())->getDeviceStats(device.index());
    return device_memory{stats.allocated_bytes[all].peak, stats.reserved_bytes[all].peak};
}

}  // namespace cortexpr
