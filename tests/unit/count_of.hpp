#pragma once
// How often a part stands in a text.

#include <cstddef>
#include <string>

namespace cortexpr::test {

inline std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace cortexpr::test
