#pragma once
// What all pictures share: colours, text and numbers as SVG wants them, and a page for light and dark viewers.

#include <cortexpr/plan/network.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace cortexpr::view::svg {

// Colours after M. Okabe and K. Ito, "Color universal design" (2002), which people with any kind of colour vision tell
// apart; the second of each pair is a lighter one for dark pages.
struct colour_pair {
    const char* on_light;
    const char* on_dark;
};
inline constexpr std::array<colour_pair, 7> colours{{{"#0072b2", "#56a8e0"},
                                                     {"#d55e00", "#ff8c42"},
                                                     {"#009e73", "#2fc99c"},
                                                     {"#b0558a", "#e29ac4"},
                                                     {"#b07c00", "#f0b73a"},
                                                     {"#3d8fbf", "#8fd0f5"},
                                                     {"#555555", "#bbbbbb"}}};

/// Which of `colours` stands for a class of neurons.
constexpr std::size_t colour_of(neuron_class kind) {
    return kind == neuron_class::excitatory ? 0 : kind == neuron_class::inhibitory ? 1 : 2;
}

/// One column of a paper, 85 mm, at 96 pixels an inch: the width of a pair of axes, whose text is 8 to 9 points high
/// then.
inline constexpr double column_width = 321;

inline constexpr double character_width = 6.7;  ///< of text at 12 pixels, on the wide side

inline constexpr double longest_name = 24 * character_width;  ///< of a type, beside or below an axis

/// How long a text is in letters of a size; of bold ones, which are wider, give a tenth more.
double length_of(const std::string& text, double size = 12);
/// The text where it is no longer than that, else with "…" in place of its middle, as names may differ at both ends.
std::string shortened(const std::string& text, double length, double size = 12);
/// The text in lines of at most that length, broken at blanks.
std::vector<std::string> lines_of(const std::string& text, double length, double size = 12);

/// Each text shortened to a line; those that would look alike then, in as many lines as the whole of them takes.
std::vector<std::vector<std::string>> labels_of(const std::vector<std::string>& texts, double length, double size = 12);

/// Text without the characters that end it.
std::string escaped(const std::string& text);

/// At most two decimals.
std::string number(double value);

/// The start of a picture up to its background. `dark_rules` are those of the style sheet that only dark pages need,
/// beside those of the classes page, ink, soft, axis and grid.
std::string page(double width, double height, const std::string& title, const std::string& dark_rules);

}  // namespace cortexpr::view::svg
