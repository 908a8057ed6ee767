#pragma once
// Numbers as people read them.

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace cortexpr::view {

/// "25,290"; for counts.
inline std::string grouped(std::int64_t value) {
    constexpr std::int64_t group = 1000;
    if (value < 0) return fmt::format("-{}", grouped(-value));
    return value < group ? fmt::format("{}", value) : fmt::format("{},{:03}", grouped(value / group), value % group);
}

/// "84.1 %".
inline std::string percent(double fraction, int decimals = 1) {
    return fmt::format("{:.{}f} %", fraction * 100.0, decimals);
}

}  // namespace cortexpr::view
