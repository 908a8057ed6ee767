#pragma once
// PNG and JPEG pictures.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace cortexpr::data {

/// Pixels of 8 bits, (height, width, channels).
struct picture {
    int height = 0, width = 0;
    int channels = 0;  ///< 1 or 3
    std::vector<std::uint8_t> pixels;
};

/// Whether a file's name ends as those that are read, or as those of pictures in other formats.
bool is_picture(const std::filesystem::path& file);
bool is_foreign_picture(const std::filesystem::path& file);

/// Reads a picture as Pillow decodes it: transparency is dropped, gamma and orientation are not applied. Its first
/// bytes decide what it is, not its name. \throws file_error  no PNG or JPEG, corrupt, cut short, more than 8 bits a
/// channel, CMYK, or more than `limit` pixels
picture read_picture(const std::filesystem::path& file, std::uint64_t limit);

/// (channels, height, width). One channel out of three is luma by ITU-R 601-2 with Pillow's rounding; three out of one
/// repeat it.
std::vector<std::uint8_t> planes_of(const picture& read, int channels);

}  // namespace cortexpr::data
