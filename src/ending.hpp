#pragma once
// What a file's name ends with.

#include <filesystem>
#include <string>

namespace cortexpr {

/// ".json" of run.json and of RUN.JSON; empty without a point.
inline std::string ending_of(const std::filesystem::path& file) {
    auto ending = file.extension().string();
    for (char& letter : ending)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return ending;
}

}  // namespace cortexpr
