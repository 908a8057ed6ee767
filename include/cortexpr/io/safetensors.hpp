#pragma once
// The safetensors format: 8 bytes of header length, a JSON header (names, element types, shapes, offsets), then the
// elements, little-endian and row-major. Source: https://github.com/huggingface/safetensors, README "Format".
//
// Files that cortexpr writes carry, beside the caller's metadata, a format version and checksums over every byte of the
// file, so that damage is refused instead of loaded. Other programs read them as any safetensors file.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::io {

/// Element types, named as in the format ("F32" is f32).
enum class dtype : std::uint8_t {
    boolean,
    u8,
    i8,
    f8_e4m3,
    f8_e5m2,
    f8_e8m0,
    u16,
    i16,
    f16,
    bf16,
    u32,
    i32,
    f32,
    u64,
    i64,
    f64,
    c64
};

/// Bytes of one element.
std::size_t size_of(dtype type) noexcept;
/// The format's name: "F32", "BOOL", ...
std::string_view name_of(dtype type) noexcept;

/// One tensor of a file: what it is, and where its elements are.
struct tensor_record {
    std::string name;                  ///< state-dict key; UTF-8
    dtype type = dtype::f32;           ///< element type
    std::vector<std::int64_t> shape;   ///< empty for a scalar
    std::span<const std::byte> bytes;  ///< elements, not owned; product(shape) * size_of(type) bytes
};

/// Key-value strings of the header's `__metadata__`.
using metadata_map = std::map<std::string, std::string, std::less<>>;

/// The content of a safetensors file; owns the elements that its records point at.
class safetensors_file {
  public:
    /// In the order of the file. The elements of files that cortexpr wrote are aligned to their type; those of other
    /// writers need not be, so copy them with memcpy.
    const std::vector<tensor_record>& tensors() const noexcept { return tensors_; }
    /// The tensor of that name, or nullptr.
    const tensor_record* find(std::string_view name) const noexcept;
    /// The caller's metadata; the keys of cortexpr's own bookkeeping are left out.
    const metadata_map& metadata() const noexcept { return metadata_; }
    /// Whether the file carried checksums (that it has loaded means that they were right).
    bool checksummed() const noexcept { return checksummed_; }

  private:
    friend class safetensors_reader;
    struct release {
        void operator()(std::byte* bytes) const noexcept;
    };
    std::unique_ptr<std::byte[], release> payload_;
    std::vector<tensor_record> tensors_;
    std::map<std::string, std::size_t, std::less<>> index_;
    metadata_map metadata_;
    bool checksummed_ = false;
};

/// Reads a safetensors file; memory is taken for the elements only after the header has been found sound.
/// \throws file_error  missing, unreadable, truncated or surplus bytes, a header that is too long, no valid JSON or
///                     UTF-8, has repeated or unknown keys, unknown element types, sizes that overflow, offsets that
///                     overlap, leave holes or disagree with shapes, or a checksum that does not match
safetensors_file read_safetensors(const std::filesystem::path& file);

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
