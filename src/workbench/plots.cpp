#include <cortexpr/workbench/plots.hpp>

#include <cortexpr/plan/names.hpp>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/histc.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <string_view>

namespace cortexpr::workbench {

namespace {

constexpr int bins = 30;

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::size_t first = 0;
    while (true) {
        const auto comma = line.find(',', first);
        cells.push_back(line.substr(first, comma - first));
        if (comma == std::string::npos) return cells;
        first = comma + 1;
    }
}

/// What a run's curves.csv says of its epochs.
struct epochs {
    std::vector<double> number, loss, accuracy;
};

epochs epochs_in(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw file_error(file.string(), "can't be read; give the folder of a training run, or its curves.csv");
    std::string line;
    std::getline(in, line);
    const auto columns = cells_of(line);
    const auto column = [&](std::string_view name) {
        const auto found = std::ranges::find(columns, name);
        if (found == columns.end()) throw file_error(file.string(), fmt::format("has no column {}", name));
        return static_cast<std::size_t>(found - columns.begin());
    };
    const auto event = column("event"), epoch = column("epoch"), loss = column("test_loss"),
               accuracy = column("test_accuracy");
    epochs all;
    while (std::getline(in, line)) {
        const auto cells = cells_of(line);
        if (cells.size() != columns.size() || cells[event] != "epoch") continue;
        const auto number = [&](std::size_t of) {
            try {
                return std::stod(cells[of]);
            } catch (const std::exception&) {
                throw file_error(file.string(), fmt::format("has '{}' in its column {}", cells[of], columns[of]));
            }
        };
        all.number.push_back(number(epoch));
        all.loss.push_back(number(loss));
        all.accuracy.push_back(number(accuracy));
    }
    if (all.number.empty()) throw file_error(file.string(), "has no epoch that was finished");
    return all;
}

/// The curve of one edge's weights between two bounds.
view::curve histogram(const std::string& label, const at::Tensor& weights, double low, double high) {
    const auto counts = at::histc(weights, bins, low, high) / static_cast<double>(weights.numel());
    view::curve curve{.label = label, .x = {}, .y = {}};
    for (int i = 0; i < bins; ++i) {
        curve.x.push_back(low + (high - low) * (i + 0.5) / bins);
        curve.y.push_back(counts[i].item<double>());
    }
    return curve;
}

view::line_plot histograms(const std::string& title, const std::map<std::string, at::Tensor>& weights) {
    view::line_plot plot{.title = title,
                         .x_label = "weight",
                         .y_label = "share of the edge's weights",
                         .curves = {},
                         .percent = true,
                         .y_range = {}};
    double low = 0, high = 0;
    for (const auto& [label, values] : weights) {
        low = std::min(low, values.min().item<double>());
        high = std::max(high, values.max().item<double>());
    }
    if (!(low < high)) high = low + 1;
    for (const auto& [label, values] : weights) plot.curves.push_back(histogram(label, values, low, high));
    return plot;
}

}  // namespace

std::vector<view::line_plot> learning_curves(std::span<const std::filesystem::path> runs) {
    view::line_plot loss{
        .title = "Test loss", .x_label = "epoch", .y_label = "cross entropy", .curves = {}, .y_range = {}};
    view::line_plot accuracy{.title = "Test accuracy",
                             .x_label = "epoch",
                             .y_label = "accuracy",
                             .curves = {},
                             .percent = true,
                             .y_range = {}};
    for (const auto& run : runs) {
        const bool is_folder = std::filesystem::is_directory(run);
        const auto found = epochs_in(is_folder ? run / "curves.csv" : run);
        const auto folder = is_folder ? run : run.parent_path();
        const auto name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
        loss.curves.push_back({.label = name, .x = found.number, .y = found.loss});
        accuracy.curves.push_back({.label = name, .x = found.number, .y = found.accuracy});
    }
    return {loss, accuracy};
}

view::line_plot rate_traces(const recording_file& recording) {
    const auto about = nlohmann::ordered_json::parse(recording.description());
    view::line_plot plot{.title = "Mean rates", .x_label = "step", .y_label = "rate", .curves = {}, .y_range = {}};
    for (const auto& [name, entry] : about["arrays"].items()) {
        if (entry.value("of", "") == "logits") continue;
        const auto by_image = recording.array(name).flatten(2).mean(2);  // (images, steps)
        const auto mean = by_image.mean(0), spread = by_image.std(0, /*unbiased=*/false);
        view::curve curve{.label = name, .x = {}, .y = {}};
        const auto first = std::stoi(entry.value("steps", "1"));  // "2..5": the digits before the range
        for (std::int64_t i = 0; i < mean.size(0); ++i) {
            const double middle = mean[i].item<double>(), width = spread[i].item<double>();
            curve.x.push_back(static_cast<double>(first + i));
            curve.y.push_back(middle);
            curve.low.push_back(middle - width);
            curve.high.push_back(middle + width);
        }
        plot.curves.push_back(std::move(curve));
    }
    if (plot.curves.empty()) throw usage_error("the recording has no rates; record a neuron type, as V1.E");
    return plot;
}

std::vector<view::line_plot> weight_histograms(const network_module& network) {
    const at::NoGradGuard no_gradients;
    const auto& plan = network.plan();
    const auto weights_of = [&](int parameter) { return network.parameter(parameter).cpu().to(at::kDouble).flatten(); };
    std::vector<view::line_plot> plots;
    for (const auto& area : plan.areas) {
        std::map<std::string, at::Tensor> weights;
        for (const auto& edge : plan.edges_of(area))
            weights[fmt::format("{}-{}", plan::source_name(plan, edge), plan::target_name(plan, edge))] =
                weights_of(edge.weight) * static_cast<double>(edge.sign);
        if (!weights.empty()) plots.push_back(histograms(std::string(area.name), weights));
    }
    std::map<std::string, at::Tensor> feedback;
    for (const auto& edge : plan.feedback)
        feedback[fmt::format("{}-{}", plan::area_at(plan, edge.from).name, plan::area_at(plan, edge.to).name)] =
            weights_of(edge.weight);
    if (!feedback.empty()) plots.push_back(histograms("feedback", feedback));
    if (plots.empty()) throw usage_error(fmt::format("{} has no weights", plan.name));
    return plots;
}

}  // namespace cortexpr::workbench
