#pragma once
// A log that grows while a program runs: each piece is with the system as soon as the call returns.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <filesystem>
#include <string_view>

namespace cortexpr::io {

/// An interrupted program leaves whole pieces.
class growing_file {
  public:
    /// Replaces `file` atomically by one that holds `start`. \throws file_error
    growing_file(std::filesystem::path file, std::string_view start);
    growing_file(growing_file&& other) noexcept;
    growing_file(const growing_file&) = delete;
    growing_file& operator=(const growing_file&) = delete;
    growing_file& operator=(growing_file&&) = delete;
    ~growing_file();

    /// Appends a piece, in one write. \throws file_error  it can't be written; then nothing of it is
    void append(std::string_view piece);

    /// The file that grows.
    const std::filesystem::path& path() const noexcept { return file_; }

  private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

}  // namespace cortexpr::io
