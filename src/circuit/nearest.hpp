#pragma once
// The name that a misspelt one may stand for.

#include "../io/input_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::circuit {

/// Letters to change, insert or remove to make one word the other (Levenshtein's distance).
inline std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const auto changed = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row[to.size()];
}

/// "; the nearest is 'Mi1'".
inline std::string nearest_among(std::string_view name, const std::vector<std::string>& names) {
    if (names.empty()) return {};
    constexpr std::size_t longest = 100;  // of a name that is compared
    const auto distance = [&](const std::string& other) { return edit_distance(name.substr(0, longest), other); };
    return fmt::format("; the nearest is {}", io::shown_name(*std::ranges::min_element(names, {}, distance)));
}

}  // namespace cortexpr::circuit
