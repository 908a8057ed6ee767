#pragma once
// A pair of axes in a picture of several.

#include <string>
#include <vector>

namespace cortexpr::view::svg {

struct box {
    double left = 0, top = 0, width = 0, height = 0;
    double right() const { return left + width; }
    double bottom() const { return top + height; }
};

/// From values to pixels.
struct scale {
    double low = 0, high = 1;  ///< values
    double from = 0, to = 1;   ///< pixels
    bool is_logarithmic = false;

    double place(double value) const;
};

struct tick {
    double value = 0;
    std::string label{};
};

/// Round numbers over a linear scale, about `wanted` of them, or powers of ten over a logarithmic one.
std::vector<tick> ticks_of(const scale& values, int wanted);

/// The lines at the left and below, with ticks and their labels.
std::string axes(const box& panel, const scale& across, const std::vector<tick>& x_ticks, const scale& up,
                 const std::vector<tick>& y_ticks);

/// A text; `style`: attributes beside place, such as text-anchor and font-size. `shade` is ink or soft.
std::string text(double x, double y, const std::string& words, const std::string& shade, const std::string& style = {});
/// The same turned by degrees around its place.
std::string turned_text(double x, double y, double degrees, const std::string& words, const std::string& shade,
                        const std::string& style = {});

/// The title of a whole picture, where there is one.
std::string heading(double width, const std::string& title);
inline constexpr double heading_height = 30;

}  // namespace cortexpr::view::svg
