#pragma once
// Reading a file whose size is known beforehand; a pipe is first read to its end.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace cortexpr::io {

/// What a gzip member begins with: its magic number, and the one method that there is, deflate.
inline constexpr std::string_view gzip_start = "\x1F\x8B\x08", gzip_magic = gzip_start.substr(0, 2);

/// A file or pipe, open for reading. A named pipe in which there is nothing is refused, and not waited for.
/// \throws file_error from every member that can fail
class input_file {
  public:
    explicit input_file(const std::filesystem::path& path);
    input_file(const input_file&) = delete;
    input_file& operator=(const input_file&) = delete;
    ~input_file();

    /// Bytes in the file when it was opened.
    std::uint64_t size() const noexcept { return size_; }
    /// Reads until `out` is full or the file ends; returns the number of bytes read.
    std::size_t read(std::span<std::byte> out);
    /// All of a file of which nothing was read yet.
    std::string text();
    /// What packs a file is named instead of what its bytes aren't. \throws file_error  gzip, bzip2, xz or zstd did
    void require_unpacked() const;
    /// Throws file_error about this file.
    [[noreturn]] void refuse(const std::string& reason) const;

  private:
    std::string shown_;
    std::uint64_t size_ = 0;
    int descriptor_ = -1;
};

/// A name out of a file as a message may show it: in quotes, of bounded length, without control characters.
std::string shown_name(std::string_view name);

/// The first twelve of these names, with commas.
std::string shown_names(std::span<const std::string> names);
/// The first few of these, as they are, and how many more there are: "a, b and 3 more".
std::string first_names(std::span<const std::string> names, std::size_t most);

/// The system's words for an errno.
std::string system_reason(int number);

}  // namespace cortexpr::io
