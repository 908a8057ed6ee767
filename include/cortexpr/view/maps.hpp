#pragma once
// Values on grids as small pictures beside each other, in one scale of colours: maps of activity, receptive fields,
// kernels. As SVG, one column of a paper (85 mm) wide.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr::view {

/// The colours of maps: viridis (S. van der Walt, N. Smith, 2015), from the least to the largest value; or blue below
/// 0, white, and orange above it. People with any kind of colour vision tell both apart.
enum class colour_scale : std::uint8_t { viridis, around_zero };

/// One map of a picture of maps.
struct map_panel {
    std::string label{};           ///< above it, in lines; empty for none
    int rows = 0, columns = 0;     ///< without any, its place is left free
    std::vector<double> values{};  ///< row by row; what isn't finite is left grey
};

/// Maps side by side, under one scale of colours.
struct map_picture {
    std::string title;                           ///< above all; empty for none
    std::string value_label;                     ///< of the scale, with its unit
    std::vector<map_panel> panels;               ///< row by row
    int across = 4;                              ///< panels in a row
    std::vector<std::string> row_titles{};       ///< above each row of panels, or empty
    colour_scale scale = colour_scale::viridis;  ///< of all panels
    std::optional<std::pair<double, double>>
        range{};            ///< of the scale; default: of all values, and around 0 where its colours are
    std::string caption{};  ///< below: what is across and what is down
};

/// \throws usage_error  no panel, values that don't fill one, or row titles of another number
std::string to_svg(const map_picture& picture);

/// Red, green and blue of a share of the scale, 0 to 1.
std::array<std::uint8_t, 3> colour_at(double share, colour_scale scale);

}  // namespace cortexpr::view
