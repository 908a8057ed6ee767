// Mean rates of recordings, as curves and as maps.

#include "recorded_rates.hpp"

#include <cortexpr/workbench/plots.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cortexpr::workbench {

namespace {

/// At most `most` indices of `count`, equally spaced, the first and the last among them.
std::vector<std::int64_t> spread_over(std::int64_t count, std::int64_t most) {
    std::vector<std::int64_t> all;
    const auto chosen = std::min(count, most);
    for (std::int64_t i = 0; i < chosen; ++i)
        all.push_back(chosen > 1 ? (i * (count - 1) + (chosen - 1) / 2) / (chosen - 1) : 0);
    return all;
}

}  // namespace

view::line_plot rate_traces(const recording_file& recording) {
    view::line_plot plot{
        .title = "Mean rates, bands: deviation over images", .x_label = "step", .y_label = "rate", .has_whole_x = true};
    for_each_rates(recording, {}, [&](const recorded_rates& one) {
        const auto by_image = one.values.flatten(2).mean(2);  // (images, steps)
        const auto mean = by_image.mean(0), spread = by_image.std(0, /*unbiased=*/false);
        view::curve curve{.label = one.name, .x = {}, .y = {}};
        for (std::int64_t i = 0; i < mean.size(0); ++i) {
            const double middle = mean[i].item<double>(), width = spread[i].item<double>();
            curve.x.push_back(static_cast<double>(one.first_step + i));
            curve.y.push_back(middle);
            curve.low.push_back(middle - width);
            curve.high.push_back(middle + width);
        }
        plot.curves.push_back(std::move(curve));
    });
    return plot;
}

view::map_picture activity_maps(const recording_file& recording, std::optional<int> image) {
    constexpr std::int64_t most_steps = 6;
    view::map_picture picture{.title = image ? fmt::format("Rates, image {}", *image) : std::string("Mean rates"),
                              .value_label = "rate",
                              .panels = {},
                              .across = 1};
    std::vector<std::vector<view::map_panel>> rows;
    std::vector<double> largest;
    for_each_map(recording, image, [&](const recorded_rates& one) {
        const auto maps = (image ? one.values : one.values.mean(0)).mean(1).contiguous();
        auto& row = rows.emplace_back();
        for (const auto step : spread_over(maps.size(0), most_steps)) {
            const auto map = maps[step].contiguous();
            row.push_back({.label = fmt::format("step {}", one.first_step + step),
                           .rows = static_cast<int>(map.size(0)),
                           .columns = static_cast<int>(map.size(1)),
                           .values = {map.const_data_ptr<double>(), map.const_data_ptr<double>() + map.numel()}});
            if (map.min().item<double>() < 0) picture.scale = view::colour_scale::around_zero;
        }
        picture.row_titles.push_back(one.name);
        picture.across = std::max(picture.across, static_cast<int>(row.size()));
        largest.push_back(std::max(maps.abs().max().item<double>(), 1e-300));
    });
    // In one scale, rates would be all dark beside an output many times as large. Not tuned.
    constexpr double alike = 4;
    if (!largest.empty() && std::ranges::max(largest) > alike * std::ranges::min(largest)) {
        picture.value_label = "share of the row's largest";
        for (std::size_t i = 0; i < rows.size(); ++i) {
            picture.row_titles[i] += fmt::format(" (largest {:.2g})", largest[i]);
            for (auto& panel : rows[i])
                for (auto& value : panel.values) value /= largest[i];
        }
    }
    for (auto& row : rows) {
        row.resize(static_cast<std::size_t>(picture.across));
        std::ranges::move(row, std::back_inserter(picture.panels));
    }
    return picture;
}

}  // namespace cortexpr::workbench
