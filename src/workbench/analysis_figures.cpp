#include <cortexpr/workbench/analysis_figures.hpp>

#include "histogram.hpp"

#include <cortexpr/plan/names.hpp>

#include <ATen/ops/max.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numbers>

namespace cortexpr::workbench {

namespace {

std::vector<std::string> names_of(const plan::network& network) {
    std::vector<std::string> all;
    for (const auto& type : network.types) all.push_back(plan::full_name(network, type));
    return all;
}

/// Without the area, for want of space.
std::string short_name(const plan::network& network, const neuron_position& one) {
    const auto name = name_of(network, one);
    return name.substr(name.find('.') + 1);
}

/// Indices of rows or columns, both ends included.
struct range {
    std::int64_t first = 0, last = 0;
    std::int64_t count() const { return last - first + 1; }
};
struct map_part {
    range rows, columns;
};

/// From the first to the last that isn't 0, for all fields alike, and a few around them.
range around(const at::Tensor& is_drawn) {
    constexpr std::int64_t margin = 2;
    const auto found = is_drawn.nonzero().flatten();
    const auto end = is_drawn.numel() - 1;
    if (found.numel() == 0) return {0, end};
    return {std::max<std::int64_t>(0, found[0].item<std::int64_t>() - margin),
            std::min<std::int64_t>(end, found[-1].item<std::int64_t>() + margin)};
}

/// The part of the stimulus on which weights are more than a hundredth of the largest.
map_part drawn_part(std::span<const receptive_field> fields) {
    at::Tensor size;
    for (const auto& field : fields) {
        const auto here = std::get<0>(field.weights.abs().flatten(0, 1).max(0));
        size = size.defined() ? at::max(size, here) : here;
    }
    const auto is_drawn = size > 0.01 * size.max();
    return {around(is_drawn.any(1)), around(is_drawn.any(0))};
}

view::curve in_the_plane(const std::string& label, const spectrum& of) {
    view::curve points{.label = label, .x = {}, .y = {}, .is_scatter = true};
    for (const auto& one : of.eigenvalues) {
        points.x.push_back(one.real());
        points.y.push_back(one.imag());
    }
    return points;
}

/// A map of float64 (rows, columns).
view::map_panel panel_of(std::string label, const at::Tensor& values) {
    const auto map = values.contiguous();
    const auto* first = map.const_data_ptr<double>();
    return {.label = std::move(label),
            .rows = static_cast<int>(map.size(0)),
            .columns = static_cast<int>(map.size(1)),
            .values = {first, first + map.numel()}};
}

}  // namespace

std::vector<view::line_plot> tuning_plots(const plan::network& network, std::span<const type_tuning> tuning,
                                          double period) {
    return tuning_plots(names_of(network), tuning, period);
}

std::vector<view::line_plot> tuning_plots(std::span<const std::string> types, std::span<const type_tuning> tuning,
                                          double period) {
    constexpr int bins = 20;
    view::line_plot curves{.title = "Tuning",
                           .x_label = period > 0 ? "distance from the preferred angle (degrees)" : "rank of the class",
                           .y_label = "mean rate",
                           .has_whole_x = period == 0};
    view::line_plot shares{.title = "Selectivity",
                           .x_label = period > 0 ? "length of the mean vector" : "selectivity",
                           .y_label = "neurons",
                           .percent = true};
    const auto values = [period](const type_tuning& of) { return period > 0 ? of.vector_length : of.selectivity; };
    double least = 0;
    for (const auto& one : tuning)
        if (values(one).numel() > 0) least = std::min(least, values(one).min().item<double>());
    for (std::size_t type = 0; type < tuning.size(); ++type) {
        const auto& found = tuning[type];
        const auto classes = found.aligned.size(), middle = classes / 2;
        view::curve aligned{.label = types[type], .x = {}, .y = found.aligned};
        for (std::size_t i = 0; i < classes; ++i)
            aligned.x.push_back(period > 0 ? (static_cast<double>(i) - static_cast<double>(middle)) * period /
                                                 static_cast<double>(classes)
                                           : static_cast<double>(i + 1));
        curves.curves.push_back(std::move(aligned));
        shares.curves.push_back(histogram(types[type], values(found), least, 1, bins));
    }
    return {curves, shares};
}

view::map_picture field_maps(const plan::network& network, std::span<const receptive_field> fields) {
    if (fields.empty()) throw usage_error("there is no receptive field to draw");
    const auto lags = fields.front().weights.size(0), channels = fields.front().weights.size(1);
    constexpr std::int64_t most_lags_in_words = 8, most_in_row = 20;  // for want of space
    const auto part = drawn_part(fields);
    view::map_picture picture{
        .title = "Receptive fields",
        .value_label = "change of rate / stimulus",
        .panels = {},
        .across =
            static_cast<int>(lags > 1 ? std::min(lags, most_in_row) : std::min<std::int64_t>(3, std::ssize(fields))),
        .scale = view::colour_scale::around_zero,
        .caption =
            fmt::format("rows {} to {}, columns {} to {}{}{}", part.rows.first, part.rows.last, part.columns.first,
                        part.columns.last, channels > 1 ? fmt::format("; sum over {} channels", channels) : "",
                        lags > 1 ? "; lag: steps before the rate" : "")};
    const auto label_of = [&](std::int64_t lag, const neuron_position& of) {
        if (lags == 1) return short_name(network, of);
        return fmt::format(fmt::runtime(lags > most_lags_in_words ? "{}" : "lag {}"), lag);
    };
    for (const auto& field : fields) {
        const auto maps = field.weights.sum(1)
                              .narrow(1, part.rows.first, part.rows.count())
                              .narrow(2, part.columns.first, part.columns.count());
        if (lags > 1) picture.row_titles.push_back(name_of(network, field.of));
        for (std::int64_t lag = 0; lag < lags; ++lag)
            picture.panels.push_back(panel_of(label_of(lag, field.of), maps[lag]));
        if (lags > most_in_row) {  // further rows without titles, free places behind the last lag
            const auto rows = (lags + most_in_row - 1) / most_in_row;
            picture.row_titles.resize(picture.row_titles.size() + static_cast<std::size_t>(rows) - 1);
            picture.panels.resize(picture.row_titles.size() * static_cast<std::size_t>(picture.across));
        }
    }
    return picture;
}

view::line_plot spectrum_plot(const recurrent_spectrum& spectrum) {
    constexpr int points = 121;
    view::line_plot plot{.title = "Eigenvalues of the step",
                         .x_label = "real part",
                         .y_label = "imaginary part",
                         .curves = {in_the_plane("circuit", spectrum.whole)},
                         .is_square = true};
    if (spectrum.excitation) plot.curves.push_back(in_the_plane("excitation alone", *spectrum.excitation));
    view::curve circle{.label = "size 1", .x = {}, .y = {}, .dashed = true, .colour = 6};
    for (int i = 0; i < points; ++i) {
        const double angle = 2 * std::numbers::pi * i / (points - 1);
        circle.x.push_back(std::cos(angle));
        circle.y.push_back(std::sin(angle));
    }
    plot.curves.push_back(std::move(circle));
    return plot;
}

std::vector<view::line_plot> balance_plots(const plan::network& network, std::span<const type_balance> balance) {
    return balance_plots(names_of(network), balance);
}

std::vector<view::line_plot> balance_plots(std::span<const std::string> types, std::span<const type_balance> balance) {
    // The colours are view::line_plot's, so that excitation and inhibition have the colours that they have in diagrams.
    constexpr std::array<int, current_sources> colours{2, 3, 0, 1, 6, 4};
    std::vector<view::line_plot> plots;
    view::line_plot ratios{.title = "Inhibition / excitation", .x_label = "step", .y_label = "ratio"};
    for (std::size_t type = 0; type < balance.size(); ++type) {
        const auto& found = balance[type];
        const std::vector<double> steps(found.steps.begin(), found.steps.end());
        view::line_plot currents{.title = "Currents into " + types[type], .x_label = "step", .y_label = "mean current"};
        for (int source = 0; source < current_sources; ++source)
            if (const auto& values = found.current[static_cast<std::size_t>(source)]; !values.empty())
                currents.curves.push_back({.label = std::string(name_of(static_cast<current_source>(source))),
                                           .x = steps,
                                           .y = values,
                                           .colour = colours[static_cast<std::size_t>(source)]});
        plots.push_back(std::move(currents));
        if (view::curve ratio{.label = types[type], .x = steps, .y = found.ratio}; ratio.draws_any())
            ratios.curves.push_back(std::move(ratio));
    }
    if (!ratios.curves.empty()) plots.push_back(std::move(ratios));
    return plots;
}

}  // namespace cortexpr::workbench
