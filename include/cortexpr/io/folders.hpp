#pragma once
// Folders that a program writes into.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <filesystem>
#include <span>
#include <vector>

namespace cortexpr::io {

/// Makes a folder and those above it that are missing; gives those that it made, from the top. Where one can't be made,
/// none is. \throws file_error  it says what stands in the way
std::vector<std::filesystem::path> make_folders(const std::filesystem::path& folder);

/// Removes folders that `make_folders` gave, those that are empty.
void remove_folders(std::span<const std::filesystem::path> made) noexcept;

}  // namespace cortexpr::io
