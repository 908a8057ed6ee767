#pragma once
// Every reader of files that may come from elsewhere, by name.

#include <filesystem>
#include <span>

namespace cortexpr::test {

struct reader {
    const char* name;
    /// What a file for it is called; of several, the one that the input is written into comes first.
    const char* file;
    /// Reads the file in this folder. Throws an error of this library where it is refused.
    void (*read)(const std::filesystem::path& folder);
};

std::span<const reader> readers();

/// Writes the bytes into the reader's file in the folder and reads it: true where they are read, false where an error
/// of this library refuses them. Anything else that is thrown comes out.
bool read_bytes(const reader& of, const std::filesystem::path& folder, std::span<const char> bytes);

}  // namespace cortexpr::test
