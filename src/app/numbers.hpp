#pragma once
// Numbers as people read them.

#include "../view/numbers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace cortexpr::application {

using view::grouped;
using view::percent;

/// "12.3 s", "4 min 05 s", "1 h 02 min".
inline std::string duration(double seconds) {
    if (seconds < 60) return fmt::format("{:.1f} s", seconds);
    const auto whole = std::llround(seconds);
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace cortexpr::application
