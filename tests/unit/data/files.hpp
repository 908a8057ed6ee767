#pragma once
// Data sets' files as tests write them.

#include "catch.hpp"
#include "temp_folder.hpp"

#include <jpeglib.h>
#include <png.h>
#include <zip.h>
#include <zlib.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::test {

inline std::string big_endian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
}

inline std::string idx_file(std::vector<std::uint32_t> shape, std::string_view elements, char type = 0x08) {
    std::string bytes{'\0', '\0', type, static_cast<char>(shape.size())};
    for (const std::uint32_t size : shape) bytes += big_endian(size);
    return bytes.append(elements);
}

/// A gzip stream of one member.
inline std::string gzipped(std::string_view content) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string packed(deflateBound(&stream, content.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// Images of 2 x 2 pixels and their labels in MNIST's files: "train" or "t10k" after `prefix`.
inline void put_idx(const std::filesystem::path& folder, const std::string& prefix, std::string_view labels,
                    const std::string& mark = "-") {
    std::filesystem::create_directories(folder);
    const auto count = static_cast<std::uint32_t>(labels.size());
    std::string pixels;
    for (std::uint32_t i = 0; i < 4 * count; ++i) pixels += static_cast<char>(10 * i);
    put(folder / (prefix + "-images" + mark + "idx3-ubyte"), idx_file({count, 2, 2}, pixels));
    put(folder / (prefix + "-labels" + mark + "idx1-ubyte"), idx_file({count}, labels));
}

/// An .npy array; `shape` as Python writes it: "(2, 3)".
inline std::string npy(const std::string& type, const std::string& shape, std::string_view elements,
                       const std::string& order = "False") {
    std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
    while ((10 + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    std::string bytes = "\x93NUMPY";
    bytes += {1, 0, static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)};
    return bytes.append(header).append(elements);
}

/// A zip archive of such members, deflated or stored.
inline void put_zip(const std::filesystem::path& file, const std::map<std::string, std::string>& members,
                    bool is_deflated = true) {
    int problem = 0;
    std::filesystem::remove(file);
    auto* archive = zip_open(file.c_str(), ZIP_CREATE, &problem);
    REQUIRE(archive != nullptr);
    for (const auto& [name, content] : members) {
        auto* source = zip_source_buffer(archive, content.data(), content.size(), 0);
        const auto index = zip_file_add(archive, name.c_str(), source, 0);
        REQUIRE(index >= 0);
        zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), is_deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                                 0);
    }
    REQUIRE(zip_close(archive) == 0);
}

/// A PNG in one of libpng's simple formats.
inline void put_png(const std::filesystem::path& file, std::uint32_t height, std::uint32_t width, std::uint32_t format,
                    const std::vector<std::uint8_t>& pixels) {
    std::filesystem::create_directories(file.parent_path());
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = format;
    REQUIRE(png_image_write_to_file(&image, file.c_str(), 0, pixels.data(), 0, nullptr) != 0);
}

/// A JPEG of one colour, of the best quality.
inline void put_jpeg(const std::filesystem::path& file, std::uint32_t height, std::uint32_t width,
                     const std::vector<std::uint8_t>& colour) {
    std::filesystem::create_directories(file.parent_path());
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&jpeg, &memory, &size);
    jpeg.image_width = width;
    jpeg.image_height = height;
    jpeg.input_components = static_cast<int>(colour.size());
    jpeg.in_color_space = colour.size() == 1 ? JCS_GRAYSCALE : colour.size() == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 100, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    std::vector<std::uint8_t> row;
    for (std::uint32_t x = 0; x < width; ++x) row.insert(row.end(), colour.begin(), colour.end());
    auto* pointer = row.data();
    while (jpeg.next_scanline < height) jpeg_write_scanlines(&jpeg, &pointer, 1);
    jpeg_finish_compress(&jpeg);
    put(file, std::string_view(reinterpret_cast<char*>(memory), size));
    jpeg_destroy_compress(&jpeg);
    std::free(memory);
}

}  // namespace cortexpr::test
