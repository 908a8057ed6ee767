#pragma once
// NumPy's .npy arrays: their headers and elements. Source of the format: numpy.lib.format, "NPY format".

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::io {

/// One field of an array of records.
struct npy_field {
    std::string name, type;
};

/// What an .npy header says.
struct npy_header {
    std::string type;  ///< NumPy's: "|u1", "<i8"; "of several fields" for records
    bool fortran_order = false;
    std::vector<std::uint64_t> shape;
    std::vector<npy_field> fields{};  ///< of records; empty for plain elements

    bool is_bytes() const { return type == "|u1" || type == "<u1" || type == ">u1" || type == "=u1"; }
    bool is_whole_numbers() const;
    /// "3x4", "()" for a scalar.
    std::string sizes() const;
};

/// Bytes of one number of NumPy's type; nothing where it is no integer or floating-point number of 1, 2, 4 or 8 bytes.
std::optional<std::size_t> npy_width(std::string_view type);
bool is_npy_integer(std::string_view type);

/// Numbers of one type that lie `stride` bytes apart, `bytes` from the first on. An unsigned number beyond 63 bits
/// becomes INT64_MAX.
std::vector<std::int64_t> npy_whole_numbers(std::string_view type, std::span<const std::uint8_t> bytes,
                                            std::size_t stride);
/// As above; integers, too.
std::vector<double> npy_reals(std::string_view type, std::span<const std::uint8_t> bytes, std::size_t stride);

/// Elements of `width` bytes with the last side as the fastest; of a transposed array NumPy writes the first one as
/// that.
std::vector<std::uint8_t> in_c_order(std::vector<std::uint8_t> elements, const npy_header& header, std::size_t width);

/// Fills the span from what is read, or throws.
using npy_source = std::function<void(std::span<std::uint8_t>)>;
/// Throws file_error with the reason.
using npy_refusal = std::function<void(const std::string&)>;

/// The header at an array's start; `refuse` gets what is wrong with it.
npy_header read_npy_header(const npy_source& read, const npy_refusal& refuse);

/// The bytes before the elements of an array in C order, of format 1.0.
std::string npy_start(std::string_view type, std::span<const std::uint64_t> shape);

/// A file of one array.
struct npy_array {
    npy_header header;
    std::vector<std::uint8_t> elements;
};

/// Reads such a file; what its header announces has to be there. \throws file_error
npy_array read_npy(const std::filesystem::path& path);

}  // namespace cortexpr::io
