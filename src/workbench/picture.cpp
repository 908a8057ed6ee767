#include <cortexpr/workbench/picture.hpp>

#include "../ending.hpp"

#include <cortexpr/io/atomic_file.hpp>

#include <cairo.h>
#include <fmt/format.h>
#include <librsvg/rsvg.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>

namespace cortexpr::workbench {

namespace {

constexpr double pixels_an_inch_of_svg = 96, pixels_an_inch_of_png = 300;

struct releaser {
    void operator()(::RsvgHandle* one) const { ::g_object_unref(one); }
    void operator()(::GError* one) const { ::g_error_free(one); }
    void operator()(::cairo_surface_t* one) const { ::cairo_surface_destroy(one); }
    void operator()(::cairo_t* one) const { ::cairo_destroy(one); }
};
using surface = std::unique_ptr<::cairo_surface_t, releaser>;

[[noreturn]] void refuse(::GError* reason) {
    const std::unique_ptr<::GError, releaser> owned(reason);
    throw usage_error(fmt::format("a figure can't be drawn: {}", owned ? owned->message : "librsvg gives no reason"));
}

void require(::cairo_status_t status) {
    if (status != CAIRO_STATUS_SUCCESS)
        throw usage_error(fmt::format("a figure can't be drawn: {}", ::cairo_status_to_string(status)));
}

surface surface_of(const std::string& svg, double pixels_an_inch) {
    ::GError* fault = nullptr;
    const std::span bytes(reinterpret_cast<const ::guint8*>(svg.data()), svg.size());
    const std::unique_ptr<::RsvgHandle, releaser> figure(
        ::rsvg_handle_new_from_data(bytes.data(), bytes.size(), &fault));
    if (!figure) refuse(fault);
    ::rsvg_handle_set_dpi(figure.get(), pixels_an_inch_of_svg);
    double width = 0, height = 0;
    if (!::rsvg_handle_get_intrinsic_size_in_pixels(figure.get(), &width, &height))
        throw usage_error("a figure can't be drawn: it has no size");
    const double scale = pixels_an_inch / pixels_an_inch_of_svg;
    const ::RsvgRectangle page{0, 0, std::ceil(width * scale), std::ceil(height * scale)};
    surface drawn(
        ::cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(page.width), static_cast<int>(page.height)));
    const std::unique_ptr<::cairo_t, releaser> pen(::cairo_create(drawn.get()));
    ::cairo_set_source_rgb(pen.get(), 1, 1, 1);
    ::cairo_paint(pen.get());
    if (!::rsvg_handle_render_document(figure.get(), pen.get(), &page, &fault)) refuse(fault);
    require(::cairo_status(pen.get()));
    return drawn;
}

::cairo_status_t append(void* text, const unsigned char* bytes, unsigned count) {
    try {
        static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
    } catch (...) {  // through cairo, which is C
        return CAIRO_STATUS_NO_MEMORY;
    }
    return CAIRO_STATUS_SUCCESS;
}

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes.push_back(static_cast<char>(number >> shift));
    return bytes;
}

/// Says how large a pixel is, which cairo leaves out, so that a text shows the picture in its size (PNG specification,
/// third edition, 11.3.4.3 pHYs).
void add_resolution(std::string& png, double pixels_an_inch) {
    constexpr std::size_t signature_and_header = 8 + 25;
    const auto a_metre = big_endian(static_cast<std::uint32_t>(std::lround(pixels_an_inch / 0.0254)));
    const std::string chunk = "pHYs" + a_metre + a_metre + '\1';
    const auto sum = ::crc32(0, reinterpret_cast<const ::Bytef*>(chunk.data()), static_cast<::uInt>(chunk.size()));
    png.insert(signature_and_header, big_endian(9) + chunk + big_endian(static_cast<std::uint32_t>(sum)));
}

}  // namespace

void require_picture_name(const std::filesystem::path& file) {
    const auto ending = ending_of(file);
    if (ending != ".svg" && ending != ".png")
        throw usage_error(fmt::format("{} has no name of a kind of picture that can be drawn; end it in .svg or .png",
                                      file.string()));
}

void write_picture(const std::filesystem::path& file, const std::string& svg) {
    require_picture_name(file);
    if (ending_of(file) == ".svg") return io::write_file(file, svg);
    std::string bytes;
    require(::cairo_surface_write_to_png_stream(surface_of(svg, pixels_an_inch_of_png).get(), append, &bytes));
    add_resolution(bytes, pixels_an_inch_of_png);
    io::write_file(file, bytes);
}

pixels drawn(const std::string& svg, double pixels_an_inch) {
    const auto page = surface_of(svg, pixels_an_inch);
    ::cairo_surface_flush(page.get());
    pixels all{::cairo_image_surface_get_width(page.get()), ::cairo_image_surface_get_height(page.get()), {}};
    const auto stride = static_cast<std::size_t>(::cairo_image_surface_get_stride(page.get()));
    const auto* first = ::cairo_image_surface_get_data(page.get());
    for (std::size_t row = 0; row < static_cast<std::size_t>(all.height); ++row)
        for (std::size_t column = 0; column < static_cast<std::size_t>(all.width); ++column) {
            // 32 bits in the machine's order, red above green above blue.
            const auto value = *reinterpret_cast<const std::uint32_t*>(first + row * stride + 4 * column);
            for (const unsigned shift : {16U, 8U, 0U}) all.values.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    return all;
}

bool draws_letters() {
    // Without a font, each is nothing or the box of a missing letter, at places that vary from run to run.
    const auto width_of = [](char letter) {
        const auto page = drawn(fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300">)"
                                            R"(<text x="150" y="150" font-family="sans-serif">{}</text></svg>)",
                                            letter),
                                pixels_an_inch_of_svg);
        int left = page.width, right = -1;
        for (std::size_t i = 0; i < page.values.size(); ++i) {
            if (page.values[i] == 255) continue;
            const int column = static_cast<int>(i / 3) % page.width;
            left = std::min(left, column);
            right = std::max(right, column);
        }
        return right - left + 1;
    };
    const int narrow = width_of('I');
    return narrow > 0 && width_of('W') > narrow;
}

}  // namespace cortexpr::workbench
