#include "picture.hpp"

#include "../ending.hpp"
#include "../io/input_file.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <new>
#include <span>
#include <string>
#include <string_view>

#include <jpeglib.h>
#include <png.h>

namespace cortexpr::data {

namespace {

template <std::size_t Count>
bool ends_as(const std::filesystem::path& file, const std::array<std::string_view, Count>& endings) {
    return std::ranges::find(endings, ending_of(file)) != endings.end();
}

// Both libraries report errors by a jump out of their call. So each of the functions that may be left by one holds only
// plain values, and what owns memory lies in its caller.

struct decoder {
    std::span<const std::byte> file;
    std::size_t next = 0;
    std::uint64_t limit = 0;
    picture result;
    std::vector<std::uint8_t*> rows;
    std::array<char, JMSG_LENGTH_MAX + 1> reason{};
    std::jmp_buf way_out{};

    void say(const char* text) { fmt::format_to_n(reason.data(), reason.size() - 1, "{}", text); }
    [[noreturn]] void leave() { std::longjmp(way_out, 1); }
    /// Takes memory, unless it's too much.
    void make_room(std::uint64_t height, std::uint64_t width, int channels) {
        if (height * width > limit) {
            say(fmt::format("{}x{} pixels, more than the limit of {}", height, width, limit).c_str());
            leave();
        }
        result.height = static_cast<int>(height);
        result.width = static_cast<int>(width);
        result.channels = channels;
        const std::size_t row = width * static_cast<std::size_t>(channels);
        bool has_room = true;
        try {
            result.pixels.resize(height * row);
            rows.resize(height);
        } catch (const std::bad_alloc&) {
            has_room = false;
        }
        if (!has_room) leave();  // and not by the exception, which would leave the library's memory behind
        for (std::size_t y = 0; y < height; ++y) rows[y] = result.pixels.data() + y * row;
    }
};

// --- PNG

[[noreturn]] void png_fails(png_structp png, png_const_charp text) {
    auto& state = *static_cast<decoder*>(png_get_error_ptr(png));
    state.say(text);
    state.leave();
}

void png_warns(png_structp, png_const_charp) {}

void png_reads(png_structp png, png_bytep out, std::size_t count) {
    auto& state = *static_cast<decoder*>(png_get_io_ptr(png));
    if (state.file.size() - state.next < count) png_error(png, "the file is cut short");
    std::memcpy(out, state.file.data() + state.next, count);
    state.next += count;
}

bool decode_png(decoder& state, png_structp png, png_infop info) {
    if (setjmp(state.way_out) != 0) return false;
    png_set_read_fn(png, &state, png_reads);
    png_read_info(png, info);
    if (png_get_bit_depth(png, info) > 8)
        png_error(png, "16 bits a channel; make them 8: convert IN.png -depth 8 OUT.png");
    const auto kind = png_get_color_type(png, info);
    if (kind == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (kind == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
    png_set_strip_alpha(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    state.make_room(png_get_image_height(png, info), png_get_image_width(png, info), png_get_channels(png, info));
    png_read_image(png, state.rows.data());
    png_read_end(png, nullptr);
    return true;
}

bool decode_png(decoder& state) {
    auto* png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, png_fails, png_warns);
    auto* info = png != nullptr ? png_create_info_struct(png) : nullptr;
    const bool done = info != nullptr && decode_png(state, png, info);
    png_destroy_read_struct(&png, &info, nullptr);
    return done;
}

// --- JPEG

[[noreturn]] void jpeg_fails(j_common_ptr jpeg) {
    auto& state = *static_cast<decoder*>(jpeg->client_data);
    jpeg->err->format_message(jpeg, state.reason.data());
    state.leave();
}

/// Warnings (level -1) are corrupt data that libjpeg would fill with grey.
void jpeg_says(j_common_ptr jpeg, int level) {
    if (level < 0) jpeg_fails(jpeg);
}

bool decode_jpeg(decoder& state, jpeg_decompress_struct& jpeg) {
    if (setjmp(state.way_out) != 0) return false;
    jpeg_create_decompress(&jpeg);
    jpeg.client_data = &state;
    jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(state.file.data()), state.file.size());
    jpeg_read_header(&jpeg, TRUE);
    if (jpeg.num_components != 1 && jpeg.num_components != 3) {
        state.say("its colours are neither grey nor RGB; make them RGB: convert IN.jpg -colorspace sRGB OUT.jpg");
        state.leave();
    }
    jpeg.out_color_space = jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&jpeg);
    state.make_room(jpeg.output_height, jpeg.output_width, jpeg.output_components);
    while (jpeg.output_scanline < jpeg.output_height)
        jpeg_read_scanlines(&jpeg, state.rows.data() + jpeg.output_scanline, jpeg.output_height - jpeg.output_scanline);
    jpeg_finish_decompress(&jpeg);
    return true;
}

bool decode_jpeg(decoder& state) {
    jpeg_decompress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg.client_data = &state;
    errors.error_exit = jpeg_fails;
    errors.emit_message = jpeg_says;
    const bool done = decode_jpeg(state, jpeg);
    jpeg_destroy_decompress(&jpeg);
    return done;
}

}  // namespace

bool is_picture(const std::filesystem::path& file) {
    return ends_as(file, std::array<std::string_view, 3>{".png", ".jpg", ".jpeg"});
}

bool is_foreign_picture(const std::filesystem::path& file) {
    return ends_as(file, std::array<std::string_view, 7>{".ppm", ".pgm", ".bmp", ".tif", ".tiff", ".webp", ".gif"});
}

picture read_picture(const std::filesystem::path& path, std::uint64_t limit) {
    io::input_file file(path);
    if (file.size() > limit) file.refuse(fmt::format("holds {} bytes, more than the limit of {}", file.size(), limit));
    std::vector<std::byte> bytes(file.size());
    bytes.resize(file.read(bytes));
    decoder state;
    state.file = bytes;
    state.limit = limit;
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const bool is_png = text.starts_with("\x89PNG\r\n\x1a\n"), is_jpeg = text.starts_with("\xFF\xD8\xFF");
    if (!is_png && !is_jpeg) file.refuse("is neither a PNG nor a JPEG picture");
    if (!(is_png ? decode_png(state) : decode_jpeg(state)))
        file.refuse(fmt::format("can't be decoded as {} ({})", is_png ? "PNG" : "JPEG",
                                state.reason[0] != '\0' ? state.reason.data() : "no memory"));
    return std::move(state.result);
}

std::vector<std::uint8_t> planes_of(const picture& read, int channels) {
    const auto plane = static_cast<std::size_t>(read.height) * static_cast<std::size_t>(read.width);
    const auto stored = static_cast<std::size_t>(read.channels);
    std::vector<std::uint8_t> planes(plane * static_cast<std::size_t>(channels));
    for (std::size_t position = 0; position < plane; ++position) {
        const auto pixel = std::span(read.pixels).subspan(position * stored, stored);
        if (channels == 1 && stored == 3) {
            // 0.299 R + 0.587 G + 0.114 B in 16 bits after the point.
            planes[position] =
                static_cast<std::uint8_t>((19595U * pixel[0] + 38470U * pixel[1] + 7471U * pixel[2] + 0x8000U) >> 16U);
        } else {
            for (std::size_t channel = 0; channel < static_cast<std::size_t>(channels); ++channel)
                planes[channel * plane + position] = pixel[stored == 1 ? 0 : channel];
        }
    }
    return planes;
}

}  // namespace cortexpr::data
