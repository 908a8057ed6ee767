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

/// "84.1 %" of all, "-" of nothing.
inline std::string share_of(std::int64_t part, std::int64_t all) {
    return all == 0 ? "-" : percent(static_cast<double>(part) / static_cast<double>(all));
}

}  // namespace cortexpr::view
