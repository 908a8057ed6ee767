#pragma once
// The name that a misspelt one may stand for.

#include "../edit_distance.hpp"
#include "../io/input_file.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::circuit {

/// "; the nearest is 'Mi1'".
inline std::string nearest_among(std::string_view name, const std::vector<std::string>& names) {
    if (names.empty()) return {};
    return fmt::format("; the nearest is {}", io::shown_name(*nearest(name, names)));
}

}  // namespace cortexpr::circuit
