#pragma once
// NumPy's .npz: a zip archive of .npy arrays. Source of the format: numpy.lib.format, "NPY format".

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct zip;

namespace cortexpr::data {

/// What an .npy header says.
struct npy_header {
    std::string type;  ///< NumPy's: "|u1", "<i8"
    bool fortran_order = false;
    std::vector<std::uint64_t> shape;

    bool is_bytes() const { return type == "|u1" || type == "<u1" || type == ">u1" || type == "=u1"; }
    bool is_whole_numbers() const;
    /// "3x4", "()" for a scalar.
    std::string sizes() const;
};

/// An open archive. \throws file_error from every member that reads; the text names the file and the array
class npz_file {
  public:
    explicit npz_file(const std::filesystem::path& path);

    bool has(const std::string& array) const;
    /// Names of all arrays, for texts.
    std::string names() const;
    npy_header header(const std::string& array) const;
    /// An array of unsigned bytes in C order, of at most `limit` bytes.
    std::vector<std::uint8_t> bytes(const std::string& array, std::uint64_t limit) const;
    /// An array of whole numbers of any width.
    std::vector<std::int64_t> whole_numbers(const std::string& array, std::uint64_t limit) const;

    const std::string& path() const { return path_; }
    [[noreturn]] void refuse(const std::string& array, const std::string& reason) const;

  private:
    struct closer {
        void operator()(zip* archive) const;
    };
    class member;

    std::string path_;
    std::unique_ptr<zip, closer> archive_;
};

}  // namespace cortexpr::data
