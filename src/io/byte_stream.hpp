#pragma once
// The content of a file that may be gzipped.

#include "input_file.hpp"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>

namespace cortexpr::io {

/// The most bytes that one byte of a deflated stream can stand for: 258 of them take two bits.
inline constexpr std::uint64_t largest_deflate_ratio = 1032;

/// The bytes of a file, inflated if it is a gzip stream (its first bytes say so, not its name).
///
/// It is read as gzip reads it: members follow one another, an empty one (the last block of bgzip) adds nothing, and
/// zero bytes after the last are padding. gzip warns of anything else behind the last member; here it is an error.
class byte_stream {
  public:
    /// \throws file_error  as every member that reads
    explicit byte_stream(const std::filesystem::path& path);
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;
    ~byte_stream();

    const input_file& file() const noexcept { return file_; }
    bool zipped() const noexcept { return zipped_; }

    /// Reads until `out` is full or the content ends; returns the number of bytes. The end is reached only where the
    /// checksum of every member is right.
    std::size_t read(std::span<std::uint8_t> out);
    /// Bytes of the file, not of its content, that are behind what was read.
    std::uint64_t position() const noexcept { return consumed_ - (available_ - next_); }

  private:
    void refill();
    std::size_t copy_into(std::span<std::uint8_t> out);
    std::size_t inflate_into(std::span<std::uint8_t> out);
    /// Whether a gzip member begins with what comes next.
    bool begins_member() const;
    void begin_next_member();
    void skip_padding();

    input_file file_;
    std::array<std::byte, 1U << 16U> buffer_{};
    std::size_t next_ = 0;
    std::size_t available_ = 0;
    std::uint64_t consumed_ = 0;  // bytes of the file that have been in the buffer
    std::uint64_t inflated_ = 0;
    bool zipped_ = false;
    bool ended_ = false;
    z_stream inflater_{};
};

}  // namespace cortexpr::io
