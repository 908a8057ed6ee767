#pragma once
// Code points of UTF-8, byte by byte.

#include <cstddef>
#include <string_view>

namespace cortexpr {

/// Whether a byte goes on with a code point that one before it begins.
constexpr bool continues_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// How many bytes the code point has that a text, which isn't empty, begins with; 0 where it begins with none.
constexpr std::size_t bytes_of_point(std::string_view text) {
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t size = at(0) < 0x80U ? 1 : at(0) < 0xC2U ? 0 : at(0) < 0xE0U ? 2 : at(0) < 0xF0U ? 3 : 4;
    if (size == 0 || at(0) > 0xF4U || size > text.size()) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if (!continues_point(text[i])) return 0;
    const bool is_long = (at(0) == 0xE0U && at(1) < 0xA0U) || (at(0) == 0xF0U && at(1) < 0x90U);
    const bool is_outside = (at(0) == 0xEDU && at(1) > 0x9FU) || (at(0) == 0xF4U && at(1) > 0x8FU);
    return is_long || is_outside ? 0 : size;
}

/// The code point of these bytes, which are all of it.
constexpr char32_t point_of(std::string_view bytes) {
    const auto lead = static_cast<unsigned char>(bytes.front());
    if (bytes.size() == 1) return lead;
    char32_t value = lead & (0x7FU >> bytes.size());
    for (const char byte : bytes.substr(1)) value = value << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
    return value;
}

/// At most this many of its bytes, without a part of a code point at the end.
constexpr std::string_view first_bytes(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && continues_point(text[most])) --most;
    return text.substr(0, most);
}

}  // namespace cortexpr
