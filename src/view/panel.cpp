#include "panel.hpp"

#include "svg.hpp"
#include "ticks.hpp"

#include <cortexpr/view/plot.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cortexpr::view::svg {

namespace {

const char* colour_of(const std::string& shade) { return shade == "ink" ? "#1f2328" : "#57606a"; }

std::string power_of_ten(int exponent) {
    if (exponent >= 0 && exponent <= 3) return fmt::format("{}", std::lround(std::pow(10.0, exponent)));
    if (exponent >= -3 && exponent < 0) return fmt::format("{:.{}f}", std::pow(10.0, exponent), -exponent);
    return fmt::format("1e{}", exponent);
}

}  // namespace

double scale::place(double value) const {
    const double share = is_logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return from + (to - from) * share;
}

std::vector<tick> ticks_of(const scale& values, int wanted) {
    std::vector<tick> ticks;
    constexpr double slack = 1e-9;
    if (values.is_logarithmic) {
        const auto first = static_cast<int>(std::ceil(std::log10(values.low) - slack));
        const auto last = static_cast<int>(std::floor(std::log10(values.high) + slack));
        for (int exponent = first; exponent <= last; ++exponent)
            ticks.push_back({std::pow(10.0, exponent), power_of_ten(exponent)});
        return ticks;
    }
    const auto round = nice_ticks(values.low, values.high, wanted);
    const auto labels = tick_labels(round, false);
    const double margin = slack * (values.high - values.low);
    for (std::size_t i = 0; i < round.size(); ++i)
        if (round[i] >= values.low - margin && round[i] <= values.high + margin) ticks.push_back({round[i], labels[i]});
    return ticks;
}

std::string axes(const box& panel, const scale& across, const std::vector<tick>& x_ticks, const scale& up,
                 const std::vector<tick>& y_ticks) {
    std::string all;
    for (const auto& one : y_ticks) {
        const double y = up.place(one.value);
        all += fmt::format(R"(<path class="grid" d="M{} {}H{}" stroke="#e3e6ea" fill="none"/>)", number(panel.left),
                           number(y), number(panel.right()));
        all += text(panel.left - 5, y + 4, one.label, "soft", R"(text-anchor="end" font-size="11")");
    }
    for (const auto& one : x_ticks) {
        const double x = across.place(one.value);
        all += fmt::format(R"(<path class="axis" d="M{} {}v4" stroke="#8c959f" fill="none"/>)", number(x),
                           number(panel.bottom()));
        all += text(x, panel.bottom() + 15, one.label, "soft", R"(text-anchor="middle" font-size="11")");
    }
    return all + fmt::format(R"(<path class="axis" d="M{} {}V{}H{}" stroke="#8c959f" fill="none"/>)"
                             "\n",
                             number(panel.left), number(panel.top), number(panel.bottom()), number(panel.right()));
}

std::string text(double x, double y, const std::string& words, const std::string& shade, const std::string& style) {
    return fmt::format(R"(<text class="{}" x="{}" y="{}" {} fill="{}">{}</text>)"
                       "\n",
                       shade, number(x), number(y), style, colour_of(shade), escaped(words));
}

std::string turned_text(double x, double y, double degrees, const std::string& words, const std::string& shade,
                        const std::string& style) {
    return fmt::format(R"svg(<text class="{}" transform="translate({} {}) rotate({})" {} fill="{}">{}</text>)svg"
                       "\n",
                       shade, number(x), number(y), number(degrees), style, colour_of(shade), escaped(words));
}

std::string heading(double width, const std::string& title) {
    if (title.empty()) return {};
    constexpr double bold = 15 * 1.1, margin = 12;
    return text(width / 2, 22, shortened(title, width - 2 * margin, bold), "ink",
                R"(text-anchor="middle" font-size="15" font-weight="600")");
}

}  // namespace cortexpr::view::svg
