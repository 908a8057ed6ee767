#include <cortexpr/workbench/picture.hpp>

#include <cortexpr/io/atomic_file.hpp>

#include <cairo.h>
#include <fmt/format.h>
#include <librsvg/rsvg.h>

#include <cmath>
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
    if (const auto status = ::cairo_status(pen.get()); status != CAIRO_STATUS_SUCCESS)
        throw usage_error(fmt::format("a figure can't be drawn: {}", ::cairo_status_to_string(status)));
    return drawn;
}

::cairo_status_t append(void* text, const unsigned char* bytes, unsigned count) {
    static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

void require_picture_name(const std::filesystem::path& file) {
    const auto ending = file.extension();
    if (ending != ".svg" && ending != ".png")
        throw usage_error(fmt::format("{} has no name of a kind of picture that can be drawn; end it in .svg or .png",
                                      file.string()));
}

void write_picture(const std::filesystem::path& file, const std::string& svg) {
    require_picture_name(file);
    if (file.extension() == ".svg") return io::write_file(file, svg);
    std::string bytes;
    ::cairo_surface_write_to_png_stream(surface_of(svg, pixels_an_inch_of_png).get(), append, &bytes);
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

}  // namespace cortexpr::workbench
