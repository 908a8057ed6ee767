#pragma once
// Tensors under their names, as files hold them, and the readers of such files.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::io {

/// Element types, named as in the safetensors format ("F32" is f32).
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
    std::span<const std::byte> bytes;  ///< elements, not owned; product(shape) * size_of(type) bytes, row-major
};

/// Key-value strings that a file has beside its tensors.
using metadata_map = std::map<std::string, std::string, std::less<>>;

/// The content of a file of tensors; owns the elements that its records point at.
class tensor_file {
  public:
    /// In the order of the file. The elements of files that cortexpr wrote are aligned to their type; those of other
    /// writers need not be, so copy them with memcpy.
    const std::vector<tensor_record>& tensors() const noexcept { return tensors_; }
    /// The tensor of that name, or nullptr.
    const tensor_record* find(std::string_view name) const noexcept;
    /// The caller's metadata, as safetensors files have them; the keys of cortexpr's own bookkeeping are left out. Of
    /// PyTorch's files, the sizes of sparse tensors: "K.size" is "302,302".
    const metadata_map& metadata() const noexcept { return metadata_; }
    /// Whether the file carried checksums (that it has loaded means that they were right).
    bool checksummed() const noexcept { return checksummed_; }

  private:
    friend class tensor_file_builder;
    struct release {
        void operator()(std::byte* bytes) const noexcept;
    };
    std::unique_ptr<std::byte[], release> payload_;
    std::vector<tensor_record> tensors_;
    std::map<std::string, std::size_t, std::less<>> index_;
    metadata_map metadata_;
    bool checksummed_ = false;
};

/// Reads tensors from whatever holds them, recognised by content and not by name: a safetensors file (also from a
/// pipe), PyTorch's (io/pytorch.hpp), NumPy's .npz, or a folder of .npy and .csv files (io/arrays.hpp).
/// \throws file_error  as those readers
tensor_file read_tensors(const std::filesystem::path& file);

/// Writes tensors as the file's name says: .pt or .pth for PyTorch, .npz for NumPy, else as safetensors, which alone
/// keep the metadata. \throws usage_error, file_error  as those writers
void write_tensors(const std::filesystem::path& file, std::span<const tensor_record> tensors,
                   const metadata_map& metadata = {});

}  // namespace cortexpr::io
