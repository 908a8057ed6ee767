#pragma once
// The JSON header of a safetensors file, checked as it is parsed.

#include <cortexpr/io/safetensors.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::io {

/// The largest header that the format allows, in bytes.
inline constexpr std::uint64_t largest_header = 100'000'000;
/// More axes than any program uses; bounds what a header can make a reader allocate.
inline constexpr std::size_t largest_rank = 64;

/// The keys of cortexpr's own bookkeeping within `__metadata__`. A file has all three or none, so that damage to one of
/// them does not turn a checked file into an unchecked one.
inline constexpr std::string_view format_key = "cortexpr.format";
inline constexpr std::string_view payload_checksum_key = "cortexpr.crc32";        // one per tensor, in file order
inline constexpr std::string_view header_checksum_key = "cortexpr.header_crc32";  // length and header, its digits as 0
inline constexpr std::string_view format_version = "1";

struct header_entry {
    std::string name;
    dtype type = dtype::u8;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

struct safetensors_header {
    std::vector<header_entry> entries;  // in the order of their offsets
    metadata_map metadata;              // all of it, with the bookkeeping
};

/// Parses and checks everything that does not need the elements; the offsets tile [0, payload_bytes) exactly.
/// \throws std::invalid_argument  with the reason as a clause: "has ..."
safetensors_header parse_header(std::string_view text, std::uint64_t payload_bytes);

/// Eight lowercase hexadecimal digits.
std::string checksum_text(std::uint32_t checksum);
/// CRC-32 (ISO 3309) of some bytes, following `before`.
std::uint32_t checksum_of(std::span<const std::byte> bytes, std::uint32_t before = 0) noexcept;
/// The position of the header checksum's digits in the header text, or npos.
std::size_t find_header_checksum(std::string_view text) noexcept;
/// The checksum over the header's length and its text with the digits at `position` taken as zeros.
std::uint32_t header_checksum(std::string_view text, std::size_t position) noexcept;

}  // namespace cortexpr::io
