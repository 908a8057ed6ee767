#include "png.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <png.h>

namespace cortexpr::view {

std::string to_png(int width, int height, std::span<const std::uint8_t> pixels) {
    if (width < 1 || height < 1 ||
        pixels.size() != std::size_t{3} * static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
        throw usage_error(fmt::format("{} bytes are no picture of {}x{} pixels", pixels.size(), height, width));
    ::png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<::png_uint_32>(width);
    image.height = static_cast<::png_uint_32>(height);
    image.format = PNG_FORMAT_RGB;
    std::string bytes;
    // The first call says how much memory the second one needs.
    for (int call = 0; call < 2; ++call) {
        ::png_alloc_size_t size = bytes.size();
        if (::png_image_write_to_memory(&image, call == 0 ? nullptr : bytes.data(), &size, 0, pixels.data(), 0,
                                        nullptr) == 0)
            throw usage_error(fmt::format("a picture can't be written as PNG: {}", image.message));
        bytes.resize(size);
    }
    return bytes;
}

}  // namespace cortexpr::view
