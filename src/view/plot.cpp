#include <cortexpr/view/plot.hpp>

#include "panel.hpp"
#include "svg.hpp"
#include "ticks.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cortexpr::view {

namespace {

using svg::colours;
using svg::escaped;
using svg::number;

using svg::column_width;

constexpr std::size_t panels_in_a_row = 2;
constexpr double plot_height = 160.0;
constexpr double left_margin = 64.0;  // more where the labels of y are long
constexpr double y_label_width = 24.0;
constexpr double right_margin = 14.0;
constexpr double top_margin = 14.0;
constexpr double bottom_margin = 52.0;
constexpr double title_height = 24.0;
constexpr double title_line = 18.0;        // of a second line, and so on
constexpr double bold_title = 15.0 * 1.1;  // its letters' size, as they are wider
constexpr double tight = 11.0;             // size by which what stands along an axis is measured
constexpr double page_margin = 8.0;
constexpr double legend_row_height = 18.0;
constexpr double legend_swatch = 26.0;
constexpr double legend_gap = 14.0;
constexpr double label_gap = 8.0;  // from an axis to its labels
constexpr std::size_t most_marked_points = 40;
constexpr std::size_t most_thick_points = 200;

std::size_t colour_index(const curve& line, std::size_t position) {
    const auto wanted = line.colour ? static_cast<std::size_t>(std::max(0, *line.colour)) : position;
    return wanted % colours.size();
}

std::string dark_rules_of_plots() {
    std::string rules;
    for (std::size_t index = 0; index < colours.size(); ++index)
        rules += fmt::format(".line{0}{{stroke:{1}}}.mark{0}{{fill:{1}}}", index, colours[index].on_dark);
    return rules;
}

// Shapes tell the curves apart where colours can't, such as on grey paper.
std::string marker(std::size_t shape, double x, double y) {
    switch (shape % 4) {
        case 0:
            return fmt::format(R"(<circle cx="{}" cy="{}" r="3")", number(x), number(y));
        case 1:
            return fmt::format(R"(<rect x="{}" y="{}" width="5.2" height="5.2")", number(x - 2.6), number(y - 2.6));
        case 2:
            return fmt::format(R"(<path d="M{} {}l3.5 6h-7z")", number(x), number(y - 4.0));
        default:
            return fmt::format(R"(<path d="M{} {}l3.6 3.6l-3.6 3.6l-3.6 -3.6z")", number(x), number(y - 3.6));
    }
}

struct axis {
    double low = 0.0;
    double high = 1.0;
    double from = 0.0;  // pixels
    double to = 1.0;
    std::vector<double> ticks;
    std::vector<std::string> labels;

    double place(double value) const { return from + (to - from) * (value / (high - low) - low / (high - low)); }
};

struct value_range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void include(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

bool has_band(const curve& line, std::size_t point) {
    return !line.low.empty() && std::isfinite(line.low[point]) && std::isfinite(line.high[point]);
}

// One panel, drawn at an offset within the picture.
class panel {
  public:
    panel(const line_plot& plot, std::size_t position, double left)
        : plot_(plot), position_(position), left_(left), scale_(plot.percent ? 100.0 : 1.0) {
        set_values();
        if (!plot.title.empty()) title_ = svg::lines_of(plot.title, inner_right() - inner_left(), bold_title);
        place_legend();
    }

    double header_height() const {
        return 8.0 + height_of_title() + static_cast<double>(legend_rows_) * legend_row_height;
    }
    double height() const { return plot_.is_square ? inner_right() - inner_left() : plot_height; }

    /// Between the headers of a row of panels and what is below their axes.
    std::string draw(double top, double header) {
        top_ = top;
        plot_top_ = top + header;
        place_axes(plot_top_ + height());
        return fmt::format("<g>\n{}{}{}{}</g>\n", title(), grid(), legend(), lines());
    }

  private:
    double inner_left() const { return left_ + left_margin_; }
    double inner_right() const { return left_ + column_width - right_margin; }

    double height_of_title() const {
        return title_.empty() ? 0.0 : title_height + title_line * static_cast<double>(title_.size() - 1);
    }
    /// A label in several lines has its rows to itself.
    void place_legend() {
        std::vector<std::string> labels;
        for (const curve& line : plot_.curves) labels.push_back(line.label);
        legend_labels_ = svg::labels_of(labels, inner_right() - inner_left() - legend_swatch);
        double x = inner_left();
        for (const auto& lines : legend_labels_) {
            const double width = legend_swatch + svg::length_of(lines.front());
            if (x > inner_left() && (lines.size() > 1 || x + width > inner_right())) {
                ++legend_rows_;
                x = inner_left();
            }
            legend_.emplace_back(x, legend_rows_);
            legend_rows_ += lines.size() - 1;
            x = lines.size() > 1 ? inner_right() : x + width + legend_gap;
        }
        ++legend_rows_;
    }

    void set_values() {
        value_range across;
        value_range up;
        for (const curve& line : plot_.curves) {
            for (std::size_t point = 0; point < line.x.size(); ++point) {
                if (!line.draws(point)) continue;
                across.include(line.x[point]);
                up.include(scale_ * line.y[point]);
                if (!has_band(line, point)) continue;
                up.include(scale_ * line.low[point]);
                up.include(scale_ * line.high[point]);
            }
        }
        const bool is_fixed = plot_.y_range || plot_.is_square;
        if (plot_.is_square) {
            widen(across, up);
        } else if (plot_.y_range) {
            up = {scale_ * plot_.y_range->first, scale_ * plot_.y_range->second};
        }
        constexpr int ticks_up = 5;
        y_.ticks = nice_ticks(up.low, up.high, ticks_up);
        y_.low = y_.ticks.front();
        y_.high = y_.ticks.back();
        if (is_fixed) keep_within(y_, up);
        x_.ticks = nice_ticks(across.low, across.high, ticks_across(across));
        if (plot_.has_whole_x && x_.ticks.size() > 1 && x_.ticks[1] - x_.ticks[0] < 1) x_.ticks = whole_around(across);
        if (plot_.has_whole_x && across.low == across.high) x_.ticks = {across.low - 1, across.low, across.low + 1};
        x_.low = x_.ticks.front();
        x_.high = x_.ticks.back();
        if (plot_.has_whole_x && across.low == across.high) x_.ticks = {across.low};  // there is nothing beside it
        // Epochs begin at 1: an axis that began at 0 would waste the width.
        if (across.low < across.high) keep_within(x_, across);
        x_.labels = tick_labels(x_.ticks, false);
        y_.labels = tick_labels(y_.ticks, plot_.percent);
        for (const auto& label : y_.labels)
            left_margin_ = std::max(left_margin_, y_label_width + label_gap +
                                                      svg::character_width * static_cast<double>(text_width(label)));
    }

    void place_axes(double bottom) {
        x_.from = inner_left();
        x_.to = inner_right();
        y_.from = bottom;
        y_.to = plot_top_;
    }

    /// To the longer of both around their middles, and a bit more, so that no point lies on the frame.
    static void widen(value_range& across, value_range& up) {
        constexpr double margin = 1.1;
        const double half = margin * std::max({across.high - across.low, up.high - up.low, 1e-9}) / 2;
        for (auto* range : {&across, &up}) {
            const double middle = (range->low + range->high) / 2;
            *range = {middle - half, middle + half};
        }
    }

    static std::vector<double> whole_around(value_range range) {
        std::vector<double> ticks;
        for (double one = std::floor(range.low); one <= std::ceil(range.high); ++one) ticks.push_back(one);
        return ticks;
    }

    // A few whole numbers, such as epochs, get a tick each.
    static int ticks_across(value_range range) {
        constexpr double few = 12.0;
        const double span = range.high - range.low;
        return span >= 2.0 && span <= few && span == std::floor(span) ? static_cast<int>(span) : 5;
    }

    static void keep_within(axis& shown, value_range range) {
        const double slack = 1e-9 * (range.high - range.low);
        std::erase_if(shown.ticks, [&](double tick) { return tick < range.low - slack || tick > range.high + slack; });
        shown.low = range.low;
        shown.high = range.high;
    }

    std::string title() const {
        std::string svg;
        for (std::size_t line = 0; line < title_.size(); ++line)
            svg += svg::text(inner_left(), top_ + 14.0 + title_line * static_cast<double>(line), title_[line], "ink",
                             R"(font-size="15" font-weight="600")");
        return svg;
    }

    std::string grid() const {
        std::string svg;
        for (std::size_t index = 0; index < y_.ticks.size(); ++index) {
            const double y = y_.place(y_.ticks[index]);
            svg += fmt::format(R"(<path class="grid" d="M{} {}H{}" stroke="#e3e6ea" fill="none"/>)", number(x_.from),
                               number(y), number(x_.to));
            svg += svg::text(x_.from - label_gap, y + 4.0, y_.labels[index], "soft", R"(text-anchor="end")");
        }
        for (std::size_t index = 0; index < x_.ticks.size(); ++index) {
            const double x = x_.place(x_.ticks[index]);
            svg += fmt::format(R"(<path class="axis" d="M{} {}v5" stroke="#8c959f" fill="none"/>)", number(x),
                               number(y_.from));
            svg += svg::text(x, y_.from + 19.0, x_.labels[index], "soft", R"(text-anchor="middle")");
        }
        svg += fmt::format(R"(<path class="axis" d="M{} {}H{}" stroke="#8c959f" fill="none"/>)", number(x_.from),
                           number(y_.from), number(x_.to));
        const double centre = (x_.from + x_.to) / 2.0, middle = (y_.from + y_.to) / 2.0;
        svg +=
            svg::text(centre, y_.from + 38.0, svg::shortened(plot_.x_label, 2 * (left_ + column_width - centre), tight),
                      "ink", R"(text-anchor="middle")");
        svg += svg::turned_text(left_ + 13.0, middle, -90,
                                svg::shortened(plot_.y_label, y_.from - y_.to + bottom_margin, tight), "ink",
                                R"(text-anchor="middle")");
        return svg;
    }

    std::string legend() const {
        std::string svg;
        const double first = top_ + height_of_title() + 8.0;
        for (std::size_t index = 0; index < plot_.curves.size(); ++index) {
            const auto [x, row] = legend_[index];
            const double y = first + static_cast<double>(row) * legend_row_height;
            const curve& line = plot_.curves[index];
            if (!line.is_scatter) svg += stroke(line, index, fmt::format("M{} {}h20", number(x), number(y)));
            if (is_marked(line)) svg += mark(line, index, x + 10.0, y) + "/>";
            double baseline = y + 4.0;
            for (const auto& words : legend_labels_[index]) {
                svg += fmt::format(R"(<text class="ink" x="{}" y="{}" fill="#1f2328">{}</text>)"
                                   "\n",
                                   number(x + legend_swatch), number(baseline), escaped(words));
                baseline += legend_row_height;
            }
        }
        return svg;
    }

    static bool is_marked(const curve& line) { return line.is_scatter || line.x.size() <= most_marked_points; }

    std::string stroke(const curve& line, std::size_t index, const std::string& path) const {
        const std::size_t colour = colour_index(line, index);
        return fmt::format(R"(<path class="line{}" d="{}" stroke="{}" stroke-width="{}")"
                           R"( stroke-linejoin="round" stroke-linecap="round"{} fill="none"/>)",
                           colour, path, colours[colour].on_light, line.x.size() <= most_thick_points ? "2" : "1.3",
                           gaps(line, index));
    }

    /// How often all colours were used before a curve.
    static std::size_t round_of(const curve& line, std::size_t index) {
        return line.colour ? 0 : index / colours.size();
    }
    static std::size_t shape_index(const curve& line, std::size_t index) {
        return colour_index(line, index) + round_of(line, index);
    }
    static std::string gaps(const curve& line, std::size_t index) {
        constexpr std::array<const char*, 4> patterns{"", "7 4", "3 3", "9 3 3 3"};
        const std::string pattern = line.dashed ? "1 5" : patterns[round_of(line, index) % patterns.size()];
        return pattern.empty() ? pattern : fmt::format(R"( stroke-dasharray="{}")", pattern);
    }

    std::string mark(const curve& line, std::size_t index, double x, double y) const {
        const std::size_t colour = colour_index(line, index);
        return marker(shape_index(line, index), x, y) +
               fmt::format(R"( class="mark{}" fill="{}")", colour, colours[colour].on_light);
    }

    std::string lines() const {
        std::string svg =
            fmt::format(R"(<clipPath id="panel{}"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>)"
                        "\n",
                        position_, number(x_.from - 5.0), number(y_.to - 5.0), number(x_.to - x_.from + 10.0),
                        number(y_.from - y_.to + 10.0));
        svg += fmt::format("<g clip-path=\"url(#panel{})\">\n", position_);
        for (std::size_t index = 0; index < plot_.curves.size(); ++index) svg += band(plot_.curves[index], index);
        for (std::size_t index = 0; index < plot_.curves.size(); ++index) svg += one_line(plot_.curves[index], index);
        return svg + "</g>\n";
    }

    /// Behind all lines. A point without a band ends it, and the next one begins another.
    std::string band(const curve& line, std::size_t index) const {
        std::string svg, above, below;
        const std::size_t colour = colour_index(line, index);
        const auto finish = [&] {
            if (!above.empty())
                svg += fmt::format("<path class=\"mark{}\" d=\"M{}{}Z\" fill=\"{}\" fill-opacity=\"0.18\"/>\n", colour,
                                   above.substr(1), below, colours[colour].on_light);
            above.clear();
            below.clear();
        };
        for (std::size_t point = 0; point < line.low.size(); ++point) {
            if (!line.draws(point) || !has_band(line, point)) {
                finish();
                continue;
            }
            const auto x = number(x_.place(line.x[point]));
            above += fmt::format("L{} {}", x, number(y_.place(scale_ * line.high[point])));
            below.insert(0, fmt::format("L{} {}", x, number(y_.place(scale_ * line.low[point]))));
        }
        finish();
        return svg;
    }

    std::string one_line(const curve& line, std::size_t index) const {
        std::string path;
        std::string marks;
        bool connected = false;
        for (std::size_t point = 0; point < line.x.size(); ++point) {
            if (!line.draws(point)) {
                connected = false;
                continue;
            }
            const double x = x_.place(line.x[point]);
            const double y = y_.place(scale_ * line.y[point]);
            path += fmt::format("{}{} {}", connected ? "L" : "M", number(x), number(y));
            // A point without neighbours would be invisible as a line.
            const bool alone = !connected && (point + 1 == line.x.size() || !line.draws(point + 1));
            if (is_marked(line) || alone) {
                marks += fmt::format("{}><title>{}: {:.6g}, {:.6g}{}</title>{}\n", mark(line, index, x, y),
                                     escaped(line.label), line.x[point], scale_ * line.y[point],
                                     plot_.percent ? " %" : "", closing(shape_index(line, index)));
            }
            connected = true;
        }
        return (line.is_scatter ? std::string() : stroke(line, index, path) + '\n') + marks;
    }

    static const char* closing(std::size_t shape) {
        return shape % 4 == 0 ? "</circle>" : shape % 4 == 1 ? "</rect>" : "</path>";
    }

    const line_plot& plot_;
    std::size_t position_;
    double left_;
    double scale_;
    double left_margin_ = left_margin;
    std::vector<std::string> title_{};  // in lines
    double top_ = 0.0;
    double plot_top_ = 0.0;
    std::vector<std::pair<double, std::size_t>> legend_;   // left edge and first row of each label
    std::vector<std::vector<std::string>> legend_labels_;  // in lines
    std::size_t legend_rows_ = 0;
    axis x_;
    axis y_;
};

void demand_drawable(std::span<const line_plot> panels) {
    if (panels.empty()) throw usage_error("a plot needs at least one panel");
    for (const line_plot& plot : panels) {
        bool any = false;
        for (const curve& line : plot.curves) {
            if (line.x.size() != line.y.size()) {
                throw usage_error(fmt::format("the curve '{}' has {} x values and {} y values", line.label,
                                              line.x.size(), line.y.size()));
            }
            if (line.low.size() != line.high.size() || (!line.low.empty() && line.low.size() != line.x.size()))
                throw usage_error(fmt::format("the curve '{}' has {} x values, but a band of {} to {}", line.label,
                                              line.x.size(), line.low.size(), line.high.size()));
            any = any || line.draws_any();
        }
        if (!any) throw usage_error(fmt::format("the plot '{}' has no finite point", plot.title));
        if (plot.y_range && !(plot.y_range->first < plot.y_range->second)) {
            throw usage_error(fmt::format("the plot '{}' has an empty range of y values", plot.title));
        }
    }
}

}  // namespace

bool curve::draws(std::size_t point) const {
    return point < x.size() && point < y.size() && std::isfinite(x[point]) && std::isfinite(y[point]);
}

bool curve::draws_any() const {
    for (std::size_t point = 0; point < x.size(); ++point)
        if (draws(point)) return true;
    return false;
}

std::string to_svg(std::span<const line_plot> panels, const std::string& title) {
    demand_drawable(panels);
    const auto in_a_row = std::min(panels.size(), panels_in_a_row);
    const double width = column_width * static_cast<double>(in_a_row);
    double top = top_margin + (title.empty() ? 0.0 : 30.0);
    std::string drawn;
    for (std::size_t first = 0; first < panels.size(); first += in_a_row) {
        std::vector<panel> row;
        double header = 0.0, height = 0.0;
        for (std::size_t index = first; index < std::min(first + in_a_row, panels.size()); ++index) {
            row.emplace_back(panels[index], index, column_width * static_cast<double>(index - first));
            header = std::max(header, row.back().header_height());
            height = std::max(height, row.back().height());
        }
        for (panel& one : row) drawn += one.draw(top, header);
        top += header + height + bottom_margin;
    }
    const std::string name = title.empty() ? panels.front().title : title;
    std::string svg = svg::page(width, top, name, dark_rules_of_plots());
    if (!title.empty())
        svg += svg::text(width / 2.0, 28, svg::shortened(name, width - 2 * page_margin, bold_title), "ink",
                         R"(text-anchor="middle" font-size="16" font-weight="600")");
    return svg + drawn + "</svg>\n";
}

std::string to_svg(const line_plot& panel) { return to_svg(std::span(&panel, 1)); }

void write_svg(const std::filesystem::path& file, std::span<const line_plot> panels, const std::string& title) {
    io::write_file(file, to_svg(panels, title));
}

}  // namespace cortexpr::view
