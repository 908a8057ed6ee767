#pragma once
// What a file is that was given as safetensors and isn't.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace cortexpr::io {

class input_file;

/// "an HDF5 file, as recordings are", for a text; empty where the first eight bytes may be a safetensors file's, or are
/// of no format that is known here.
std::string_view other_format(std::span<const std::byte> start);

/// The same of a file that is there; a pipe isn't looked into.
std::string_view other_format_of(const std::filesystem::path& file);

/// Of a file that begins so. \throws file_error  it does as PyTorch wrote them before it packed them
void refuse_old_pytorch(const input_file& file, std::string_view start);
/// The same of a file that is there; a pipe isn't looked into.
void refuse_old_pytorch(const std::filesystem::path& file);

}  // namespace cortexpr::io
