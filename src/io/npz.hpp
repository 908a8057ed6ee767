#pragma once
// NumPy's .npz: a zip archive of .npy arrays.

#include "npy.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace cortexpr::io {

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
    /// An array of whole numbers of any width; `what` they are, for the text where they aren't.
    std::vector<std::int64_t> whole_numbers(const std::string& array, std::uint64_t limit,
                                            std::string_view what = "labels") const;
    /// An array of numbers of any kind and width.
    std::vector<double> reals(const std::string& array, std::uint64_t limit) const;

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

}  // namespace cortexpr::io
