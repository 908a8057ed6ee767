#pragma once
// The safetensors format: 8 bytes of header length, a JSON header (names, element types, shapes, offsets), then the
// elements, little-endian and row-major. Source: https://github.com/huggingface/safetensors, README "Format".
//
// Files that cortexpr writes carry, besides the caller's metadata, a format version and checksums over every byte of
// the file, so that damage is refused instead of loaded. Other programs read them as any safetensors file.

#include <cortexpr/compiler.hpp>

#include <cortexpr/io/tensor_file.hpp>
#include <filesystem>
#include <span>

namespace cortexpr::io {

/// Reads a safetensors file; memory is taken for the elements only after the header has been found sound.
/// \throws file_error  missing, unreadable, truncated or surplus bytes, a header that is too long, no valid JSON or
///                     UTF-8, has repeated or unknown keys, unknown element types, sizes that overflow, offsets that
///                     overlap, leave holes or disagree with shapes, or a checksum that does not match
tensor_file read_safetensors(const std::filesystem::path& file);

/// The caller's metadata alone: reads and checks the header and the file's size, but none of the elements.
/// \throws file_error  as read_safetensors, but for the elements' checksums
metadata_map read_safetensors_metadata(const std::filesystem::path& file);

/// Writes tensors and metadata, atomically (see atomic_file). Tensors are laid out by element size (largest first),
/// then by name, so that every tensor is aligned; equal content gives equal files. \throws usage_error  a repeated,
/// reserved or non-UTF-8 name, negative sizes, bytes that disagree with the shape,
///                      a metadata key that begins with "cortexpr." and is reserved (format, crc32, header_crc32)
/// \throws file_error   the file cannot be written; what was there before stays
void write_safetensors(const std::filesystem::path& file, std::span<const tensor_record> tensors,
                       const metadata_map& metadata = {});

}  // namespace cortexpr::io
