#include <cortexpr/view/rate_traces.hpp>

#include "panel.hpp"
#include "svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cortexpr::view {

namespace {

using svg::number;

void require_sound(std::span<const rate_trace> traces) {
    if (traces.empty()) throw usage_error("a picture of rates needs at least one trace");
    const auto steps = traces.front().mean.size();
    for (const auto& trace : traces) {
        if (trace.mean.empty()) throw usage_error(fmt::format("the rates of {} have no steps", trace.label));
        const bool has_band = !trace.low.empty() || !trace.high.empty();
        if (trace.mean.size() != steps || (has_band && (trace.low.size() != steps || trace.high.size() != steps)))
            throw usage_error(fmt::format("the rates of {} have {} steps and a band of {} and {}, but those of {} {}",
                                          trace.label, trace.mean.size(), trace.low.size(), trace.high.size(),
                                          traces.front().label, steps));
        for (const auto* values : {&trace.mean, &trace.low, &trace.high})
            if (!std::ranges::all_of(*values, [](double value) { return std::isfinite(value); }))
                throw usage_error(fmt::format("a rate of {} is infinite or NaN, which can't be drawn", trace.label));
    }
}

std::string drawn(const rate_trace& trace, const svg::box& panel, bool has_steps_below) {
    const auto steps = trace.mean.size();
    double low = 0, high = 0;
    for (const auto* values : {&trace.mean, &trace.low, &trace.high})
        for (const double value : *values) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (low == high) high = 1;  // all are 0
    const svg::scale across{1, std::max(2.0, static_cast<double>(steps)), panel.left, panel.right()};
    const svg::scale up{low, high, panel.bottom(), panel.top};
    std::vector<svg::tick> x_ticks;
    if (has_steps_below) {
        x_ticks.push_back({1, "1"});
        if (steps > 1) x_ticks.push_back({static_cast<double>(steps), fmt::format("{}", steps)});
    }
    auto all = svg::axes(panel, across, x_ticks, up, svg::ticks_of(up, 2));
    const auto point = [&](std::size_t step, double value) {
        return fmt::format("{} {}", number(across.place(static_cast<double>(step + 1))), number(up.place(value)));
    };
    if (!trace.low.empty()) {
        std::string path;
        for (std::size_t i = 0; i < steps; ++i) path += (i == 0 ? "M" : "L") + point(i, trace.high[i]);
        for (std::size_t i = steps; i-- > 0;) path += "L" + point(i, trace.low[i]);
        all += fmt::format(R"(<path class="band" d="{}Z" fill="{}" fill-opacity="0.25"/>)", path,
                           svg::colours[0].on_light);
    }
    std::string path;
    for (std::size_t i = 0; i < steps; ++i) path += (i == 0 ? "M" : "L") + point(i, trace.mean[i]);
    all += fmt::format(R"(<path class="mean" d="{}" stroke="{}" stroke-width="2" fill="none"/>)", path,
                       svg::colours[0].on_light);
    constexpr double bold = 12 * 1.1;
    return all + svg::text(panel.left, panel.top - 6, svg::shortened(trace.label, panel.width, bold), "ink",
                           R"(font-weight="600")");
}

}  // namespace

std::string rate_traces_svg(std::span<const rate_trace> traces, const std::string& title, const std::string& band) {
    require_sound(traces);
    constexpr double width = 480, side = 18, gap_above = 22, gap_left = 34;
    const auto columns = std::min<std::size_t>(4, traces.size());
    const auto rows = (traces.size() + columns - 1) / columns;
    const double step_across = (width - 2 * side) / static_cast<double>(columns);
    const double panel_height = columns == 1 ? 180 : columns == 2 ? 110 : 62;
    const double step_down = panel_height + gap_above + 20;
    const double head = title.empty() ? 12 : svg::heading_height + 6;
    const double height = head + static_cast<double>(rows) * step_down + 28;
    auto all = svg::page(width, height, title.empty() ? "rates by type" : title,
                         fmt::format(".band{{fill:{0}}}.mean{{stroke:{0}}}", svg::colours[0].on_dark)) +
               svg::heading(width, title);
    bool has_band = false;
    for (std::size_t i = 0; i < traces.size(); ++i) {
        const auto row = i / columns, column = i % columns;
        const svg::box panel{side + static_cast<double>(column) * step_across + gap_left,
                             head + static_cast<double>(row) * step_down + gap_above, step_across - gap_left - 8,
                             panel_height};
        all += drawn(traces[i], panel, i + columns >= traces.size());
        has_band = has_band || !traces[i].low.empty();
    }
    const auto caption = has_band ? fmt::format("rate by step: mean, and {}", band) : std::string("mean rate by step");
    return all + svg::text(width / 2, height - 12, caption, "soft", R"(text-anchor="middle")") + "</svg>\n";
}

}  // namespace cortexpr::view
