#pragma once
// Line plots as SVG: no fonts, scripts or files besides; readable on light and dark pages, and on paper with each pair
// of axes one column (85 mm) wide.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr::view {

/// One labelled series. Points that are not finite are left out and interrupt the line.
struct curve {
    std::string label;      ///< for the legend; empty for none
    std::vector<double> x;  ///< in the order in which the line goes
    std::vector<double> y;  ///< as many as `x`
    bool dashed = false;    ///< drawn with gaps
    /// The colour of this curve; curves of one colour belong together (train and test). By default each has its own,
    /// and where there are more curves than colours, its own pattern of gaps in one of them.
    std::optional<int> colour{};
    std::vector<double> low{}, high{};  ///< of each point: ends of a shaded band, as of an interval; empty for none
    bool is_scatter = false;            ///< points without a line between them

    /// Whether that point is drawn: both its numbers are finite.
    bool draws(std::size_t point) const;
    /// Whether any is.
    bool draws_any() const;
};

/// One pair of axes.
struct line_plot {
    std::string title;                                      ///< above the axes; empty for none
    std::string x_label;                                    ///< with its unit
    std::string y_label;                                    ///< with its unit
    std::vector<curve> curves = {};                         ///< in the order in which they are drawn
    bool percent = false;                                   ///< y holds fractions and is shown as percentages
    std::optional<std::pair<double, double>> y_range = {};  ///< default: from the data, rounded to ticks
    bool has_whole_x = false;  ///< x counts something, as epochs: no ticks between whole numbers
    bool is_square =
        false;  ///< a unit is as long across as it is up, as in the complex plane; y_range is not used then
};

/// The panels in one picture, two in a row; `title` (if any) stands above all.
/// \throws usage_error  no panel, a panel without any finite point, or a curve whose x, y and band differ in length
std::string to_svg(std::span<const line_plot> panels, const std::string& title = {});
std::string to_svg(const line_plot& panel);

/// The same into a file, atomically. \throws usage_error, file_error
void write_svg(const std::filesystem::path& file, std::span<const line_plot> panels, const std::string& title = {});

/// Round numbers (1, 2, 2.5, 5 times a power of ten) that span [low, high] in about `wanted` steps.
std::vector<double> nice_ticks(double low, double high, int wanted);

}  // namespace cortexpr::view
