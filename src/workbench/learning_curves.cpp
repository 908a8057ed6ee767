// Curves of training runs, from their folders.

#include "../io/input_file.hpp"
#include "../io/run_file.hpp"
#include "../parsed.hpp"
#include "run_json.hpp"
#include "run_place.hpp"

#include <cortexpr/workbench/plots.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace cortexpr::workbench {

namespace {

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
        std::error_code ignored;
        if (!in_) refuse_file(std::filesystem::exists(file, ignored) ? "can't be read" : "isn't there");
        if (!next_line() || std::ranges::find(cells_, "event") == cells_.end()) refuse_file("holds no curves");
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
    [[noreturn]] void refuse_file(std::string_view problem) const {
        const bool is_other = file_.filename() != io::run_file::curves;
        const auto run = is_other ? run_beside(file_, io::run_file::curves) : std::string();
        refuse(run.empty() ? fmt::format("{}; give the folder of a training run, or its curves.csv", problem)
                           : fmt::format("{}; give the folder of its run, {}", problem, run));
    }
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

using parts = std::vector<std::string>;

/// The names of a path's folders, the last one in front.
parts folders_of(const std::filesystem::path& run) {
    const auto folder = std::filesystem::is_directory(run) ? run : run.parent_path();
    parts names;
    for (const auto& one : (std::filesystem::current_path() / folder).lexically_normal())
        if (one.has_filename()) names.insert(names.begin(), one.string());
    if (names.empty()) names.emplace_back("/");
    return names;
}

/// "class_weights=1,2" and "seed=0" of "class_weights=1,2,seed=0", as a sweep names its runs.
parts settings_of(const std::string& name) {
    parts settings;
    for (const auto& cell : cells_of(name)) {
        if (settings.empty() || cell.find('=') != std::string::npos)
            settings.push_back(cell);
        else
            settings.back() += ',' + cell;
    }
    return settings;
}

/// Without the settings that are in the names of all runs.
void drop_shared_settings(std::vector<parts>& folders) {
    std::vector<parts> settings;
    std::map<std::string, std::size_t> runs_with;
    for (const auto& one : folders) {
        settings.push_back(settings_of(one.front()));
        for (const auto& setting : std::set(settings.back().begin(), settings.back().end())) ++runs_with[setting];
    }
    for (std::size_t i = 0; i < folders.size(); ++i) {
        std::erase_if(settings[i], [&](const auto& one) {
            return one.find('=') != std::string::npos && runs_with[one] == folders.size();
        });
        if (!settings[i].empty()) folders[i].front() = fmt::format("{}", fmt::join(settings[i], ","));
    }
}

/// What runs are called in a figure: by their folders, and where these have one name, by what they lie in, too.
std::vector<std::string> labels_of_runs(std::span<const std::filesystem::path> runs) {
    std::vector<parts> folders;
    for (const auto& run : runs) folders.push_back(folders_of(run));
    if (runs.size() > 1) drop_shared_settings(folders);
    std::vector<std::string> labels;
    for (const auto& one : folders) labels.push_back(one.front());
    for (std::size_t depth = 1;; ++depth) {
        std::map<std::string, std::set<parts>> folders_called;
        for (std::size_t i = 0; i < labels.size(); ++i) folders_called[labels[i]].insert(folders[i]);
        bool is_done = true;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (folders_called[labels[i]].size() == 1 || depth >= folders[i].size()) continue;
            labels[i] = folders[i][depth] + '/' + labels[i];
            is_done = false;
        }
        if (is_done) return labels;
    }
}

}  // namespace

std::vector<view::line_plot> learning_curves(std::span<const std::filesystem::path> runs) {
    std::vector<run_names> names;
    std::set<std::string> networks;
    for (const auto& run : runs) {
        names.push_back(names_of_run(run));
        if (!names.back().network.empty()) networks.insert(names.back().network);
    }
    const auto labels = labels_of_runs(runs);
    std::vector<std::pair<std::string, view::curve>> losses;
    view::line_plot accuracy{.title = "Test accuracy", .x_label = "epoch", .y_label = "accuracy", .percent = true};
    view::line_plot r2{.title = "Test R²", .x_label = "epoch", .y_label = "R², mean over the targets"};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto& run = runs[i];
        auto found = epochs_in(std::filesystem::is_directory(run) ? run / io::run_file::curves : run);
        auto name = labels[i];
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

}  // namespace cortexpr::workbench
