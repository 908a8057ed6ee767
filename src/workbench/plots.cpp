#include <cortexpr/workbench/plots.hpp>

#include "../io/input_file.hpp"
#include "../io/run_file.hpp"
#include "../parsed.hpp"
#include "cells.hpp"
#include "histogram.hpp"
#include "recorded_rates.hpp"
#include "run_json.hpp"

#include <cortexpr/plan/names.hpp>

#include <ATen/ops/full.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/tensor.h>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
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
    view::curve loss{.label = "", .x = {}, .y = {}}, score = loss;
    bool is_of_targets = false;  ///< the score is R2, and not the accuracy
};

/// A run's curves.csv, line by line.
class curves_file {
  public:
    explicit curves_file(const std::filesystem::path& file) : file_(file), in_(file) {
        if (!in_) refuse("can't be read; give the folder of a training run, or its curves.csv");
        if (!next_line() || std::ranges::find(cells_, "event") == cells_.end())
            refuse("holds no curves; give the folder of a training run, or its curves.csv");
        columns_ = cells_;
    }

    bool has(std::string_view name) const { return std::ranges::find(columns_, name) != columns_.end(); }
    std::size_t column(std::string_view name) const {
        if (!has(name)) refuse(fmt::format("has no column {}", name));
        return static_cast<std::size_t>(std::ranges::find(columns_, name) - columns_.begin());
    }
    /// The next line that is whole; training may have been ended within the last one.
    bool next() {
        if (!next_line()) return false;
        if (cells_.size() == columns_.size()) return true;
        if (in_.eof()) return false;
        refuse(fmt::format("has {} cells in line {}, where the header has {}", cells_.size(), line_, columns_.size()));
    }
    const std::string& cell(std::size_t column) const { return cells_[column]; }
    double number(std::size_t column) const {
        const auto value = parsed<double>(cells_[column]);
        if (!value) refuse_cell(column, "a number");
        return *value;
    }
    double epoch(std::size_t column) const {
        const auto value = parsed<std::int64_t>(cells_[column]);
        if (!value || *value < 1) refuse_cell(column, "a whole number from 1");
        return static_cast<double>(*value);
    }
    [[noreturn]] void refuse(const std::string& reason) const { throw file_error(file_.string(), reason); }

  private:
    [[noreturn]] void refuse_cell(std::size_t column, std::string_view wanted) const {
        refuse(fmt::format("has {} in line {}, column {}, where {} was expected", io::shown_name(cells_[column]), line_,
                           columns_[column], wanted));
    }
    bool next_line() {
        std::string line;
        if (!std::getline(in_, line)) return false;
        ++line_;
        cells_ = cells_of(line);
        for (auto& cell : cells_) cell.resize(cell.find_last_not_of(" \t\r") + 1);  // others' blanks
        return true;
    }

    std::filesystem::path file_;
    std::ifstream in_;
    std::vector<std::string> columns_{}, cells_{};
    std::int64_t line_ = 0;
};

epochs epochs_in(const std::filesystem::path& path) {
    curves_file file(path);
    epochs all;
    all.is_of_targets = file.has("test_r2");
    const auto event = file.column("event"), epoch = file.column("epoch"), loss = file.column("test_loss"),
               score = file.column(all.is_of_targets ? "test_r2" : "test_accuracy");
    while (file.next()) {
        if (file.cell(event) != "epoch") continue;
        for (auto* one : {&all.loss, &all.score}) one->x.push_back(file.epoch(epoch));
        all.loss.y.push_back(file.number(loss));
        all.score.y.push_back(file.number(score));
    }
    if (all.loss.x.empty()) file.refuse("has no epoch that was finished");
    if (!all.loss.draws_any()) file.refuse("has no finite number in its column test_loss");
    return all;
}

/// Weights of edges with their sign, by the edges' names, under what a panel of them is called.
struct named_weights {
    std::string title;
    std::map<std::string, at::Tensor> of_edges;  ///< (postsynaptic, presynaptic of a group, height, width), float64
    std::map<std::string, int> groups{};
};

std::string edge_name(const plan::network& network, const plan::edge& edge) {
    return fmt::format("{}-{}", plan::source_name(network, edge), plan::target_name(network, edge));
}

at::Tensor signed_weights(const network_module& network, const plan::edge& edge) {
    return network.parameter(edge.weight).detach().cpu().to(at::kDouble) * static_cast<double>(edge.sign);
}

/// Those of each area, and of feedback. \throws usage_error  there are none
std::vector<named_weights> weights_of(const network_module& network) {
    const auto& plan = network.plan();
    std::vector<named_weights> all;
    for (const auto& area : plan.areas) {
        named_weights here{std::string(area.name), {}};
        for (const auto& edge : plan.edges_of(area)) {
            here.of_edges[edge_name(plan, edge)] = signed_weights(network, edge);
            here.groups[edge_name(plan, edge)] = edge.groups;
        }
        if (!here.of_edges.empty()) all.push_back(std::move(here));
    }
    named_weights feedback{"feedback", {}};
    for (const auto& edge : plan.feedback) {
        const auto name = fmt::format("{}-{}", plan::area_at(plan, edge.from).name, plan::area_at(plan, edge.to).name);
        feedback.of_edges[name] = network.parameter(edge.weight).detach().cpu().to(at::kDouble);
        feedback.groups[name] = 1;
    }
    if (!feedback.of_edges.empty()) all.push_back(std::move(feedback));
    if (all.empty()) throw usage_error(fmt::format("{} has no weights", plan.name));
    return all;
}

view::line_plot histograms(const named_weights& weights) {
    // In one scale, edges of small weights would be a single bin beside those of large ones.
    view::line_plot plot{
        .title = weights.title, .x_label = "weight / largest", .y_label = "share of weights", .percent = true};
    double low = 0, high = 0;
    const auto largest = [](const at::Tensor& values) { return values.abs().max().item<double>(); };
    for (const auto& [label, values] : weights.of_edges) {
        const double scale = std::max(largest(values), 1e-300);
        low = std::min(low, values.min().item<double>() / scale);
        high = std::max(high, values.max().item<double>() / scale);
    }
    if (!(low < high)) high = low + 1;
    for (const auto& [label, values] : weights.of_edges)
        plot.curves.push_back(histogram(fmt::format("{} (largest {:.2g})", label, largest(values)),
                                        values / std::max(largest(values), 1e-300), low, high, bins));
    return plot;
}

/// The singular values of a convolution whose groups hear nothing of each other, the largest first.
std::vector<double> singular_values(const at::Tensor& weights, int groups) {
    std::vector<double> all;
    for (const auto& group : weights.flatten(1).chunk(groups)) {
        const auto found = at::linalg_svdvals(group).contiguous();
        all.insert(all.end(), found.const_data_ptr<double>(), found.const_data_ptr<double>() + found.numel());
    }
    std::ranges::sort(all, std::greater());
    return all;
}

/// Kernels beside and below each other with a line between them, which stays grey.
view::map_panel kernels_side_by_side(const std::string& label, const at::Tensor& weights) {
    const auto post = weights.size(0), pre = weights.size(1), height = weights.size(2), width = weights.size(3);
    const auto rows = pre * (height + 1) - 1, columns = post * (width + 1) - 1;
    auto page = at::full({rows, columns}, std::nan(""), at::kDouble);
    for (std::int64_t i = 0; i < pre; ++i)
        for (std::int64_t j = 0; j < post; ++j)
            page.narrow(0, i * (height + 1), height).narrow(1, j * (width + 1), width).copy_(weights[j][i]);
    const auto* first = page.const_data_ptr<double>();
    return {.label = label,
            .rows = static_cast<int>(rows),
            .columns = static_cast<int>(columns),
            .values = {first, first + page.numel()}};
}

/// At most `most` indices of `count`, equally spaced, the first and the last among them.
std::vector<std::int64_t> spread_over(std::int64_t count, std::int64_t most) {
    std::vector<std::int64_t> all;
    const auto chosen = std::min(count, most);
    for (std::int64_t i = 0; i < chosen; ++i)
        all.push_back(chosen > 1 ? (i * (count - 1) + (chosen - 1) / 2) / (chosen - 1) : 0);
    return all;
}

/// What a run's folder says of it; empty where it says nothing.
struct run_names {
    std::string network{};
    std::string loss{};  ///< "cross-entropy", "squared-error, all steps"
};

run_names names_of_run(const std::filesystem::path& run) {
    const auto summary = (std::filesystem::is_directory(run) ? run : run.parent_path()) / io::run_file::summary;
    if (!std::filesystem::is_regular_file(summary)) return {};
    const auto found = json_in(summary);
    run_names names;
    if (const auto network = found.find("network"); network != found.end() && network->is_string())
        names.network = network->get<std::string>();
    const auto settings = found.find("settings");
    if (settings == found.end() || !settings->is_object()) return names;
    if (const auto loss = settings->find("loss"); loss != settings->end() && loss->is_string())
        names.loss = loss->get<std::string>();
    if (const auto all = settings->find("loss_all_steps");
        !names.loss.empty() && all != settings->end() && *all == true)
        names.loss += ", all steps";
    return names;
}

/// A panel for each kind of loss, as numbers of two kinds can't be compared; runs that don't say theirs are drawn with
/// the others where these have one kind.
std::vector<view::line_plot> losses_of(std::vector<std::pair<std::string, view::curve>> curves) {
    std::map<std::string, std::vector<view::curve>> kinds;
    for (auto& [kind, curve] : curves) kinds[kind].push_back(std::move(curve));
    if (kinds.size() == 2 && kinds.contains("")) {
        const auto known = std::next(kinds.begin());
        known->second.insert(known->second.end(), kinds[""].begin(), kinds[""].end());
        kinds.erase("");
    }
    std::vector<view::line_plot> plots;
    for (auto& [kind, some] : kinds)
        plots.push_back({.title = kinds.size() == 1
                                      ? std::string("Test loss")
                                      : fmt::format("Test loss: {}", kind.empty() ? "of unknown kind" : kind),
                         .x_label = "epoch",
                         .y_label = kind.empty() ? "loss" : kind,
                         .curves = std::move(some),
                         .has_whole_x = true});
    return plots;
}

}  // namespace

std::vector<view::line_plot> learning_curves(std::span<const std::filesystem::path> runs) {
    std::vector<run_names> names;
    std::set<std::string> networks;
    for (const auto& run : runs) {
        names.push_back(names_of_run(run));
        if (!names.back().network.empty()) networks.insert(names.back().network);
    }
    std::vector<std::pair<std::string, view::curve>> losses;
    view::line_plot accuracy{.title = "Test accuracy", .x_label = "epoch", .y_label = "accuracy", .percent = true};
    view::line_plot r2{.title = "Test R²", .x_label = "epoch", .y_label = "R², mean over the targets"};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto& run = runs[i];
        const bool is_folder = std::filesystem::is_directory(run);
        auto found = epochs_in(is_folder ? run / io::run_file::curves : run);
        const auto folder = is_folder ? run : run.parent_path();
        auto name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
        if (networks.size() > 1 && !names[i].network.empty()) name += fmt::format(" ({})", names[i].network);
        found.loss.label = found.score.label = name;
        losses.emplace_back(names[i].loss, std::move(found.loss));
        if (!found.score.draws_any()) continue;  // targets that are all alike have no R2
        (found.is_of_targets ? r2 : accuracy).curves.push_back(std::move(found.score));
    }
    if (!accuracy.curves.empty() && !r2.curves.empty())
        throw usage_error("runs of classifiers and of regressors can't be in one figure; give those of one kind");
    auto plots = losses_of(std::move(losses));
    for (auto* plot : {&accuracy, &r2}) {
        plot->has_whole_x = true;
        if (!plot->curves.empty()) plots.push_back(std::move(*plot));
    }
    return plots;
}

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

std::vector<view::line_plot> weight_histograms(const network_module& network) {
    std::vector<view::line_plot> plots;
    for (const auto& weights : weights_of(network)) plots.push_back(histograms(weights));
    return plots;
}

namespace {

/// The synapses of a connectome, from one type onto another: the types that receive most, and of what each receives
/// those that send most.
class drawn_synapses {
  public:
    explicit drawn_synapses(const connectome_module& network) : received_(network.plan().types.size()) {
        const auto type_of = types_of_cells(network);
        const auto from = network.presynaptic_cells(), to = network.postsynaptic_cells();
        for (std::size_t i = 0; i < from.size(); ++i)
            received_[type_of[static_cast<std::size_t>(to[i])]][type_of[static_cast<std::size_t>(from[i])]].push_back(
                static_cast<std::int64_t>(i));
    }

    std::vector<std::size_t> targets() const {
        constexpr std::size_t most_panels = 12;
        std::vector<std::size_t> all;
        for (std::size_t type = 0; type < received_.size(); ++type)
            if (!received_[type].empty()) all.push_back(type);
        const auto synapses_onto = [this](std::size_t type) {
            std::size_t count = 0;
            for (const auto& [source, some] : received_[type]) count += some.size();
            return count;
        };
        return largest(synapses_onto, all, most_panels);
    }
    std::vector<std::size_t> sources(std::size_t target) const {
        constexpr std::size_t most_curves = 6;
        std::vector<std::size_t> all;
        for (const auto& [source, some] : received_[target]) all.push_back(source);
        return largest([&](std::size_t one) { return received_[target].at(one).size(); }, all, most_curves);
    }
    const std::vector<std::int64_t>& between(std::size_t source, std::size_t target) const {
        return received_[target].at(source);
    }

    /// Edges from type to type, all and those that are drawn.
    std::size_t edges() const {
        std::size_t count = 0;
        for (const auto& one : received_) count += one.size();
        return count;
    }
    std::size_t drawn_edges() const {
        std::size_t count = 0;
        for (const auto target : targets()) count += sources(target).size();
        return count;
    }

  private:
    template <class Count>
    static std::vector<std::size_t> largest(const Count& count, std::vector<std::size_t> all, std::size_t most) {
        std::ranges::stable_sort(all, std::greater(), count);
        all.resize(std::min(all.size(), most));
        std::ranges::sort(all);
        return all;
    }

    std::vector<std::map<std::size_t, std::vector<std::int64_t>>> received_;
};

}  // namespace

std::string drawn_edges(const connectome_module& network) {
    const drawn_synapses synapses(network);
    const auto all = synapses.edges(), drawn = synapses.drawn_edges();
    return drawn == all ? std::string() : fmt::format("{} of {} edges, those with most synapses", drawn, all);
}

std::vector<view::line_plot> weight_histograms(connectome_module& network) {
    const auto& types = network.plan().types;
    const drawn_synapses synapses(network);
    const auto weights = signed_weights(network);
    std::vector<view::line_plot> plots;
    for (const auto target : synapses.targets()) {
        named_weights here{fmt::format("onto {}", types[target].name), {}};
        for (const auto source : synapses.sources(target))
            here.of_edges[fmt::format("{}-{}", types[source].name, types[target].name)] =
                weights.index_select(0, at::tensor(synapses.between(source, target)));
        plots.push_back(histograms(here));
    }
    if (plots.empty()) throw usage_error(fmt::format("{} has no synapses", network.plan().name));
    return plots;
}

std::vector<view::line_plot> weight_spectra(const network_module& network) {
    std::vector<view::line_plot> plots;
    for (const auto& weights : weights_of(network)) {
        view::line_plot plot{
            .title = weights.title, .x_label = "rank", .y_label = "singular value", .has_whole_x = true};
        for (const auto& [name, values] : weights.of_edges) {
            view::curve curve{.label = name, .x = {}, .y = singular_values(values, weights.groups.at(name))};
            for (std::size_t i = 0; i < curve.y.size(); ++i) curve.x.push_back(static_cast<double>(i + 1));
            plot.curves.push_back(std::move(curve));
        }
        plots.push_back(std::move(plot));
    }
    return plots;
}

view::map_picture kernel_maps(const network_module& network, const std::vector<int>& edges) {
    const auto& plan = network.plan();
    auto chosen = edges;
    for (int i = 0; edges.empty() && i < static_cast<int>(plan.edges.size()); ++i) chosen.push_back(i);
    view::map_picture picture{.title = "Kernels",
                              .value_label = chosen.size() > 1 ? "share of the largest" : "weight",
                              .panels = {},
                              .across = chosen.size() > 1 ? 2 : 1,
                              .is_signed = true,
                              .caption = "across: postsynaptic, down: presynaptic subtypes"};
    for (const int index : chosen) {
        if (index < 0 || index >= static_cast<int>(plan.edges.size()))
            throw usage_error(fmt::format("edge {} of {} was named", index, plan.edges.size()));
        const auto& edge = plan.edges[static_cast<std::size_t>(index)];
        auto weights = signed_weights(network, edge);
        // In one scale, edges of small weights would be white beside those of large ones.
        auto label = plan::full_name(plan, edge);
        if (chosen.size() > 1) {
            const auto largest = weights.abs().max().clamp_min(1e-300);
            weights = weights / largest;
            label += fmt::format(" (largest {:.2g})", largest.item<double>());
        }
        picture.panels.push_back(kernels_side_by_side(label, weights));
    }
    return picture;
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
            picture.is_signed = picture.is_signed || map.min().item<double>() < 0;
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
