#pragma once
// Numbers as people read them.

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace cortexpr::view {

/// "25,290"; for counts.
inline std::string grouped(std::int64_t value) {
    constexpr std::int64_t group = 1000;
    return value < group ? fmt::format("{}", value) : fmt::format("{},{:03}", grouped(value / group), value % group);
}

}  // namespace cortexpr::view
