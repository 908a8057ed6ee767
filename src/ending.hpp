#pragma once
// What a file's name ends with, and names in whatever case.

#include <filesystem>
#include <string>

namespace cortexpr {

/// Of the letters A to Z, whatever the locale.
inline std::string in_lower_case(std::string text) {
    for (char& letter : text)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return text;
}

/// ".json" of run.json and of RUN.JSON; empty without a point.
inline std::string ending_of(const std::filesystem::path& file) { return in_lower_case(file.extension().string()); }

}  // namespace cortexpr
