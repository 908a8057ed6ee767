#pragma once
// Figures as files, by the end of their names, and as pixels. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cortexpr::workbench {

/// A figure in SVG, as it is (.svg) or drawn by librsvg at 300 pixels an inch, which papers ask for (.png). The file is
/// written whole or not at all. \throws usage_error  a name of another kind   \throws file_error
void write_picture(const std::filesystem::path& file, const std::string& svg);

/// Whether pixels are drawn with letters: not where no font is installed, which leaves boxes in their places. SVG is
/// drawn with the fonts of who looks at it.
bool draws_letters();

/// \throws usage_error  a name that write_picture refuses: to be asked before the work
void require_picture_name(const std::filesystem::path& file);

/// A picture as pixels.
struct pixels {
    /// The size of the picture, in pixels.
    int width = 0, height = 0;
    std::vector<std::uint8_t> values;  ///< red, green, blue, row by row
};

/// Draws a figure in SVG, at a number of pixels an inch. \throws usage_error  it can't be drawn
pixels drawn(const std::string& svg, double pixels_an_inch);

}  // namespace cortexpr::workbench
