#pragma once
// NumPy's .npz: a zip archive of .npy arrays.

#include "npy.hpp"
#include "zip_archive.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::io {

/// An open archive. \throws file_error from every member that reads; the text names the file and the array
class npz_file {
  public:
    explicit npz_file(const std::filesystem::path& path);

    bool has(const std::string& array) const;
    std::vector<std::string> arrays() const;
    /// Names of the first three arrays and how many more there are, for texts.
    std::string names() const;
    /// Whether these are a model's parameters, by their names in a state dict.
    bool is_model() const;
    npy_header header(const std::string& array) const;
    /// An array of unsigned bytes, of at most `limit` of them, in C order as all that follow.
    std::vector<std::uint8_t> bytes(const std::string& array, std::uint64_t limit) const;
    /// An array of whole numbers of any width; `what` they are, for the text where they aren't.
    std::vector<std::int64_t> whole_numbers(const std::string& array, std::uint64_t limit,
                                            std::string_view what = "labels") const;
    /// An array of numbers of any kind and width.
    std::vector<double> reals(const std::string& array, std::uint64_t limit) const;

    /// The bytes of an array whose elements have `width`.
    std::vector<std::uint8_t> elements(const std::string& array, std::uint64_t width) const;

    const std::string& path() const { return archive_.path(); }
    [[noreturn]] void refuse(const std::string& array, const std::string& reason) const;

  private:
    class member;

    zip_archive archive_;
};

}  // namespace cortexpr::io
