#pragma once
// Numbers as files hold them.

#include <concepts>
#include <cstddef>
#include <string>

namespace cortexpr::io {

/// All bytes of a number, the lowest first.
template <std::unsigned_integral Number>
std::string little_endian(Number number) {
    std::string bytes;
    for (std::size_t i = 0; i < sizeof number; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
    return bytes;
}

}  // namespace cortexpr::io
