#include <cortexpr/view/maps.hpp>

#include "panel.hpp"
#include "png.hpp"
#include "svg.hpp"

#include <cortexpr/io/base64.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <span>
#include <string_view>

namespace cortexpr::view {

namespace {

using svg::number;
using rgb = std::array<std::uint8_t, 3>;

constexpr double map_margin = 14, gap = 6, label_height = 15, map_title_height = 18, map_key_width = 130,
                 key_height = 9;
constexpr double tallest = 230;
constexpr double label_size = 11;
constexpr rgb unknown{222, 222, 222};

// Every 28th of viridis' 256 colours.
constexpr std::array<rgb, 10> viridis{{{68, 1, 84},
                                       {72, 40, 120},
                                       {62, 73, 137},
                                       {49, 104, 142},
                                       {38, 130, 142},
                                       {31, 158, 137},
                                       {53, 183, 121},
                                       {110, 206, 88},
                                       {181, 222, 43},
                                       {253, 231, 37}}};
// The first two of svg::colours, and white.
constexpr std::array<rgb, 3> around_zero{{{0, 114, 178}, {255, 255, 255}, {213, 94, 0}}};

rgb between(std::span<const rgb> colours, double share) {
    const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(colours.size() - 1);
    const auto first = std::min(static_cast<std::size_t>(place), colours.size() - 2);
    const double part = place - static_cast<double>(first);
    rgb mixed{};
    for (std::size_t i = 0; i < mixed.size(); ++i)
        mixed[i] =
            static_cast<std::uint8_t>(std::lround((1 - part) * colours[first][i] + part * colours[first + 1][i]));
    return mixed;
}

void require_sound(const map_picture& picture) {
    if (picture.panels.empty() || picture.across < 1) throw usage_error("a picture of maps needs at least one panel");
    const auto across = static_cast<std::size_t>(picture.across);
    if (!picture.row_titles.empty() && picture.row_titles.size() != (picture.panels.size() + across - 1) / across)
        throw usage_error(fmt::format("{} titles were given for {} panels, {} in a row", picture.row_titles.size(),
                                      picture.panels.size(), across));
    for (const auto& panel : picture.panels)
        if (panel.rows < 0 || panel.columns < 0 ||
            panel.values.size() != static_cast<std::size_t>(panel.rows) * static_cast<std::size_t>(panel.columns))
            throw usage_error(fmt::format("the map '{}' has {} values on {}x{} positions", panel.label,
                                          panel.values.size(), panel.rows, panel.columns));
}

std::pair<double, double> range_of(const map_picture& picture) {
    double low = 0, high = 0;
    bool is_first = true;
    for (const auto& panel : picture.panels)
        for (const double value : panel.values) {
            if (!std::isfinite(value)) continue;
            low = is_first ? value : std::min(low, value);
            high = is_first ? value : std::max(high, value);
            is_first = false;
        }
    if (picture.range) std::tie(low, high) = *picture.range;
    if (picture.scale == colour_scale::around_zero) {
        high = std::max(std::abs(low), std::abs(high));
        low = -high;
    }
    if (!(low < high)) high = low + (low == 0 ? 1 : std::abs(low));
    if (picture.scale == colour_scale::around_zero) low = -high;
    return {low, high};
}

/// As a picture within the picture, each position as several pixels: viewers that smooth what they enlarge smooth less.
std::string drawn(const map_panel& panel, const svg::box& place, std::pair<double, double> range, colour_scale scale) {
    constexpr int least_side = 320;
    const int side = std::max(1, least_side / std::max(panel.rows, panel.columns));
    const int width = side * panel.columns, height = side * panel.rows;
    std::vector<std::uint8_t> pixels;
    pixels.reserve(std::size_t{3} * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int row = 0; row < height; ++row)
        for (int column = 0; column < width; ++column) {
            const auto element = row / side * panel.columns + column / side;
            const double value = panel.values[static_cast<std::size_t>(element)];
            const auto colour =
                std::isfinite(value) ? colour_at((value - range.first) / (range.second - range.first), scale) : unknown;
            pixels.insert(pixels.end(), colour.begin(), colour.end());
        }
    const auto where = fmt::format(R"(x="{}" y="{}" width="{}" height="{}")", number(place.left), number(place.top),
                                   number(place.width), number(place.height));
    return fmt::format(R"(<image {} preserveAspectRatio="none" style="image-rendering:pixelated" )"
                       R"(href="data:image/png;base64,{}"/>)"
                       "\n"
                       R"(<rect class="axis" {} stroke="#8c959f" stroke-width="0.7" fill="none"/>)"
                       "\n",
                       where, io::base64(to_png(width, height, pixels)), where);
}

/// Colours of the scale, with numbers and what they are.
std::string key(double top, std::pair<double, double> range, colour_scale scale, const std::string& label) {
    constexpr int colours = 128;
    map_panel bar{.label = {}, .rows = 1, .columns = colours, .values = {}};
    for (int i = 0; i < colours; ++i)
        bar.values.push_back(range.first + (range.second - range.first) * (i + 0.5) / colours);
    const double invisible = (range.second - range.first) / colours;  // no colour tells it from 0
    const auto shown = [invisible](double value) {
        return fmt::format("{:.2g}", std::abs(value) < invisible ? 0.0 : value);
    };
    // Far enough from the border for the first number, which stands around the bar's end.
    const double left = std::max(map_margin + 6, 2 + svg::length_of(shown(range.first), label_size) / 2);
    const svg::box place{left, top, map_key_width, key_height};
    auto all = drawn(bar, place, range, scale);
    const svg::scale across{range.first, range.second, place.left, place.right()};
    for (const double value : {range.first, (range.first + range.second) / 2, range.second}) {
        const double x = across.place(value);
        all += fmt::format(R"(<path class="axis" d="M{} {}v3" stroke="#8c959f" fill="none"/>)", number(x),
                           number(place.bottom()));
        all += svg::text(x, place.bottom() + 14, shown(value), "soft", R"(text-anchor="middle" font-size="11")");
    }
    const double beside = place.right() + 12;
    return all + svg::text(beside, place.bottom(), svg::shortened(label, svg::column_width - beside, label_size), "ink",
                           R"(font-size="11")");
}

using lines = std::vector<std::string>;

/// What stands above each map, no wider than it.
std::vector<lines> labels_above(const map_picture& picture, double width) {
    std::vector<std::string> firsts;
    for (const auto& panel : picture.panels)
        firsts.push_back(panel.values.empty() ? std::string() : panel.label.substr(0, panel.label.find('\n')));
    auto labels = svg::labels_of(firsts, width, label_size);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto& panel = picture.panels[i];
        if (panel.label.empty() || panel.values.empty()) labels[i].clear();
        if (labels[i].empty() || panel.label.find('\n') == std::string::npos) continue;
        for (const auto& line : std::string_view(panel.label) | std::views::split('\n') | std::views::drop(1))
            labels[i].push_back(svg::shortened({line.begin(), line.end()}, width, label_size));
    }
    return labels;
}

/// Maps side by side; those without values leave their places empty.
struct row_of_maps {
    std::span<const map_panel> panels;
    std::span<const lines> labels;
    double step;  ///< from one to the next

    double height_of_labels() const {
        return label_height * static_cast<double>(std::ranges::max(labels, {}, &lines::size).size());
    }
    double height() const {
        double most = 0;
        for (const auto& panel : panels)
            if (!panel.values.empty())
                most = std::max(most, std::min(tallest, (step - gap) * panel.rows / panel.columns));
        return most;
    }
    std::string drawn_at(double top, std::pair<double, double> range, colour_scale scale) const {
        const double tall = height();
        std::string all;
        for (std::size_t i = 0; i < panels.size(); ++i) {
            const auto& panel = panels[i];
            if (panel.values.empty()) continue;
            const double width = std::min(step - gap, tall * panel.columns / panel.rows);
            const svg::box place{map_margin + static_cast<double>(i) * step, top, width,
                                 width * panel.rows / panel.columns};
            double baseline = top - 4 - label_height * static_cast<double>(labels[i].size());
            for (const auto& line : labels[i])
                all += svg::text(place.left, baseline += label_height, line, "soft", R"(font-size="11")");
            all += drawn(panel, place, range, scale);
        }
        return all;
    }
};

}  // namespace

std::array<std::uint8_t, 3> colour_at(double share, colour_scale scale) {
    return scale == colour_scale::around_zero ? between(around_zero, share) : between(viridis, share);
}

std::string to_svg(const map_picture& picture) {
    require_sound(picture);
    const auto range = range_of(picture);
    const auto across = static_cast<std::size_t>(picture.across);
    const double step = (svg::column_width - 2 * map_margin + gap) / static_cast<double>(picture.across);
    const auto labels = labels_above(picture, step - gap);
    double y = picture.title.empty() ? map_margin : svg::heading_height + 4;
    std::string all;
    for (std::size_t first = 0; first < picture.panels.size(); first += across) {
        const auto last = std::min(first + across, picture.panels.size());
        if (!picture.row_titles.empty() && !picture.row_titles[first / across].empty()) {
            const auto title =
                svg::shortened(picture.row_titles[first / across], svg::column_width - 2 * map_margin, 13);
            all += svg::text(map_margin, y + 12, title, "ink", R"(font-size="12" font-weight="600")");
            y += map_title_height;
        }
        const row_of_maps row{std::span(picture.panels).subspan(first, last - first),
                              std::span(labels).subspan(first, last - first), step};
        y += row.height_of_labels();
        all += row.drawn_at(y, range, picture.scale);
        y += row.height() + gap + 2;
    }
    all += key(y + 6, range, picture.scale, picture.value_label);
    y += 6 + key_height + 22;
    if (!picture.caption.empty())
        for (const auto& line : svg::lines_of(picture.caption, svg::column_width - 2 * map_margin, label_size)) {
            all += svg::text(map_margin, y + 8, line, "soft", R"(font-size="11")");
            y += 16;
        }
    return svg::page(svg::column_width, y + 4, picture.title.empty() ? "maps" : picture.title, "") +
           svg::heading(svg::column_width, picture.title) + all + "</svg>\n";
}

}  // namespace cortexpr::view
