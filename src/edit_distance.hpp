#pragma once
// How far words lie apart.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cortexpr {

/// Letters to insert, remove or replace until one word is the other (V. I. Levenshtein, 1966), among their first 100:
/// a file may hold a name of any length, and the time grows with its square.
inline std::size_t edit_distance(std::string_view one, std::string_view other) {
    constexpr std::size_t longest = 100;
    one = one.substr(0, longest);
    other = other.substr(0, longest);
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t k = 0; k < other.size(); ++k) {
            const std::size_t replaced = diagonal + (one[i] == other[k] ? 0 : 1);
            diagonal = row[k + 1];
            row[k + 1] = std::min({row[k] + 1, diagonal + 1, replaced});
        }
    }
    return row.back();
}

/// What a misspelt name may stand for is what is least unlike it: without regard to capitals, and then with.
inline std::size_t unlikeness(std::string_view one, std::string_view other) {
    const auto small = [](std::string_view text) {
        std::string all(text);
        for (char& letter : all)
            if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
        return all;
    };
    constexpr std::size_t beyond_any_distance = 101;
    return beyond_any_distance * edit_distance(small(one), small(other)) + edit_distance(one, other);
}

/// Where among some names the one is that a misspelt one may stand for, the first of those alike; the end without any.
template <std::ranges::forward_range Names>
auto nearest(std::string_view name, Names& names) {
    return std::ranges::min_element(names, {}, [name](const auto& other) { return unlikeness(name, other); });
}

}  // namespace cortexpr
