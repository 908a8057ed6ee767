#pragma once
// Pixels as PNG.

#include <cstdint>
#include <span>
#include <string>

namespace cortexpr::view {

/// The bytes of a PNG file; pixels are red, green, blue, row by row. \throws usage_error  another number of pixels
std::string to_png(int width, int height, std::span<const std::uint8_t> pixels);

}  // namespace cortexpr::view
