// The schedule as a picture: time runs to the right, each convolution is a numbered arrow.

#include <cortexpr/view/plan.hpp>

#include "picture_layout.hpp"
#include "svg.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cortexpr::view {

namespace {

using picture::arrow;
using picture::box;
using picture::node;
using picture::point;

constexpr double badge_radius = 8.5;
constexpr double line_height = 20;
constexpr std::size_t output_colour = 6, feedback_colour = 3, image_colour = 4;

std::string dark_rules_of_plans() {
    std::string rules =
        ".wire{stroke:#9aa3ad}.head{fill:#9aa3ad}.badge{fill:#15181c;stroke:#9aa3ad}"
        ".group{stroke:#4a525c}.unread{stroke:#6b737d}";
    for (std::size_t i = 0; i < svg::colours.size(); ++i)
        rules += fmt::format(".fill{}{{fill:{}}}", i, svg::colours[i].on_dark);
    return rules;
}

std::string text_at(double x, double y, const std::string& text, const char* anchor = "start",
                    const char* weight = "400") {
    return fmt::format(R"(<text class="ink" x="{}" y="{}" text-anchor="{}" font-weight="{}" fill="#1f2328">{}</text>)"
                       "\n",
                       svg::number(x), svg::number(y), anchor, weight, svg::escaped(text));
}

std::string full_box(const box& at, std::size_t colour) {
    return fmt::format(R"(<rect class="fill{}" x="{}" y="{}" width="{}" height="{}" rx="4" fill="{}"/>)"
                       "\n",
                       colour, svg::number(at.x), svg::number(at.y), svg::number(at.width), svg::number(at.height),
                       svg::colours[colour].on_light);
}
std::string hollow_box(const box& at) {
    return fmt::format(R"(<rect class="unread" x="{}" y="{}" width="{}" height="{}" rx="4" fill="none")"
                       R"( stroke="#8c959f" stroke-dasharray="3 3"/>)"
                       "\n",
                       svg::number(at.x), svg::number(at.y), svg::number(at.width), svg::number(at.height));
}
std::string group_box(const box& at) {
    return fmt::format(R"(<rect class="group" x="{}" y="{}" width="{}" height="{}" rx="7" fill="none")"
                       R"( stroke="#c3c9d0"/>)"
                       "\n",
                       svg::number(at.x), svg::number(at.y), svg::number(at.width), svg::number(at.height));
}

std::string drawn(const arrow& one) {
    std::string path;
    for (const auto& corner : one.corners)
        path += fmt::format("{}{} {}", path.empty() ? "M" : "L", svg::number(corner.x), svg::number(corner.y));
    std::string text = fmt::format(
        R"(<path class="wire" d="{}" stroke="#57606a" stroke-width="1.3" stroke-linejoin="round" fill="none"/>)", path);
    if (!one.has_head) return text + '\n';
    const auto tip = one.corners.back(), from = one.corners[one.corners.size() - 2];
    const double length = std::hypot(tip.x - from.x, tip.y - from.y);
    const double along_x = (tip.x - from.x) / length, along_y = (tip.y - from.y) / length;
    constexpr double reach = 7, half_width = 3.2;
    const point base{tip.x - reach * along_x, tip.y - reach * along_y};
    return text + fmt::format(R"(<path class="head" d="M{} {}L{} {}L{} {}z" fill="#57606a"/>)"
                              "\n",
                              svg::number(tip.x), svg::number(tip.y), svg::number(base.x - half_width * along_y),
                              svg::number(base.y + half_width * along_x), svg::number(base.x + half_width * along_y),
                              svg::number(base.y - half_width * along_x));
}

std::string badge(const point& at, int number) {
    return fmt::format(
        R"(<circle class="badge" cx="{0}" cy="{1}" r="{2}" fill="#ffffff" stroke="#57606a"/>)"
        R"(<text class="ink" x="{0}" y="{3}" text-anchor="middle" font-size="11" fill="#1f2328">{4}</text>)"
        "\n",
        svg::number(at.x), svg::number(at.y), svg::number(badge_radius), svg::number(at.y + 4), number);
}

class plan_picture {
  public:
    plan_picture(const plan::network& network, int steps, answers_read answers)
        : network_(network),
          run_(network, shown_run(steps, answers)),
          schedule_(plan::schedule_of(network)),
          convolutions_(schedule_rows(run_, schedule_)),
          layout_(run_, schedule_, convolutions_) {}

    std::string text() {
        for (const auto& one : layout_.arrows()) wires_ += drawn(one);
        for (const auto& one : layout_.arrows())
            if (one.badge) badges_ += badge(*one.badge, one.convolution + 1);
        draw_columns();
        draw_labels();
        const double below = layout_.height();
        const std::string legend = legend_text(below);
        const std::string title =
            fmt::format("{}: {} step{}", network_.name, run_.steps(), run_.steps() == 1 ? "" : "s");
        return svg::page(std::max(width_, layout_.width()), below + legend_height_, title, dark_rules_of_plans()) +
               text_at(20, 28, title, "start", "600") + wires_ + boxes_ + badges_ + labels_ + legend + "</svg>\n";
    }

  private:
    void draw_columns() {
        for (std::size_t c = 0; c < layout_.columns().size(); ++c) {
            const auto& column = layout_.columns()[c];
            const double middle = layout_.middle(c);
            if (column.is_gap) {
                for (const auto& one : layout_.nodes())
                    if (one.is != node::kind::image)
                        labels_ += text_at(middle, one.y + one.height / 2 + 4, "…", "middle");
                continue;
            }
            if (column.step > 0)
                labels_ += text_at(middle, layout_.heading(), fmt::format("step {}", column.step), "middle");
            for (const auto& one : layout_.nodes()) draw_node(one, c, column.step);
        }
    }

    void draw_node(const node& one, std::size_t column, int step) {
        const auto at = layout_.place(one, column);
        switch (one.is) {
            case node::kind::image:
                if (step == 0) boxes_ += full_box(at, image_colour);
                break;
            case node::kind::states:
                draw_states(one, at, step);
                break;
            case node::kind::output:
                draw_map(one, at, step, run_.live().output(step, one.index), output_colour);
                break;
            case node::kind::feedback:
                draw_map(one, at, step, run_.live().fed_back(step, one.index), feedback_colour);
                break;
        }
    }

    void draw_map(const node& one, const box& at, int step, bool is_live, std::size_t colour) {
        if (step == 0 && !layout_.has_start(one)) return;
        boxes_ += step == 0 || is_live ? full_box(at, colour) : hollow_box(at);
    }

    void draw_states(const node& one, const box& at, int step) {
        bool any = false;
        for (const int type : layout_.types_of(one)) {
            if (step == 0 && run_.state_is_zero(type, 0)) continue;  // nothing to read
            const bool is_live = step == 0 || run_.live().state(step, type);
            const auto cell = layout_.place_of_type(one, at, type);
            boxes_ += is_live ? full_box(cell, svg::colour_of(type_at(network_, type).kind)) : hollow_box(cell);
            any = true;
        }
        if (any) boxes_ += group_box(at);
    }

    void draw_labels() {
        for (const auto& one : layout_.nodes()) {
            const double middle = one.y + one.height / 2 + 4;
            const double right = layout_.label_right();
            const std::string area = std::string(area_at(network_, one.area).name) + " ";
            if (one.is == node::kind::image) labels_ += text_at(right, middle, "image", "end");
            if (one.is == node::kind::output) labels_ += text_at(right, middle, area + "output", "end");
            if (one.is == node::kind::feedback) labels_ += text_at(right, middle, area + "feedback", "end");
            if (one.is != node::kind::states) continue;
            const auto at = layout_.place(one, 0);
            for (const int type : layout_.types_of(one)) {
                const auto cell = layout_.place_of_type(one, at, type);
                labels_ += text_at(right, cell.y + cell.height / 2 + 4,
                                   area + std::string(type_at(network_, type).name), "end");
            }
        }
    }

    /// Lines below the picture: each convolution, then what boxes mean.
    std::string legend_text(double top) {
        std::string text;
        double y = top + 16;
        const auto line = [&](const std::string& mark, const std::string& words) {
            text += mark + text_at(52, y, words);
            width_ = std::max(width_, 72 + svg::character_width * static_cast<double>(text_width(words)));
            y += line_height;
        };
        for (std::size_t i = 0; i < convolutions_.size(); ++i) {
            const auto& one = convolutions_[i];
            const auto times = std::ranges::count_if(one.steps, [](const auto& step) { return step.forward > 0; });
            line(badge({32, y - 4}, static_cast<int>(i) + 1),
                 fmt::format("{}: {} to {}; {} channels, {}{}{}; {} of {} step{}", one.area, one.sources, one.targets,
                             one.channels, one.extent, one.stride == 1 ? "" : ", stride 2",
                             one.nonlinearity == "-" ? "" : ", " + one.nonlinearity, times, run_.steps(),
                             run_.steps() == 1 ? "" : "s"));
        }
        y += 6;
        const auto swatch = [&y] { return box{22, y - 11, 20, 14}; };
        for (const auto kind : {neuron_class::excitatory, neuron_class::inhibitory, neuron_class::hybrid})
            if (std::ranges::find(network_.types, kind, &plan::neuron_type::kind) != network_.types.end())
                line(full_box(swatch(), svg::colour_of(kind)), fmt::format("{} type, computed", name_of(kind)));
        line(full_box(swatch(), output_colour), "output, computed");
        line(hollow_box(swatch()), "read by nothing, and skipped");
        legend_height_ = y - top;
        return text;
    }

    const plan::network& network_;
    plan::known_run run_;
    plan::schedule schedule_;
    std::vector<convolution_row> convolutions_;
    picture::layout layout_;
    std::string wires_, boxes_, badges_, labels_;
    double width_ = 0, legend_height_ = 0;
};

}  // namespace

std::string plan_svg(const plan::network& network, int steps, answers_read answers) {
    return plan_picture(network, steps, answers).text();
}

}  // namespace cortexpr::view
