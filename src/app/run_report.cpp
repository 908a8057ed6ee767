#include "run_report.hpp"

#include "../io/json_text.hpp"

#include <cortexpr/view/plot.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <concepts>
#include <type_traits>
#include <variant>

namespace cortexpr::application {

namespace {

double at_epoch(std::int64_t iteration, const training_log& log) {
    const auto per_epoch = log.epochs.front().train.iterations;
    return static_cast<double>(iteration) / static_cast<double>(per_epoch);
}

/// Since 1970.
double seconds_now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The columns of curves.csv. The loss says how well a regressor's batches are fitted, so they have no score.
std::vector<std::string> columns_of(const score& measure) {
    if (measure.is_r2)
        return {"event",   "epoch",        "iteration", "train_loss", "test_loss", measure.key, "images_per_second",
                "seconds", "learning_rate"};
    return {"event",     "epoch",     "iteration",         "train_loss", "train_accuracy",
            "test_loss", measure.key, "images_per_second", "seconds",    "learning_rate"};
}

io::csv_cell cell_of(const std::optional<double>& value) { return value ? io::csv_cell(*value) : io::csv_cell(); }

}  // namespace

curve_files::curve_files(const run_folder& folder, const training_log& log, bool with_events, const score& measure)
    : measure_(measure), csv_(folder.curves(), columns_of(measure)), lines_(folder.curve_lines(), "") {
    if (with_events) events_.emplace(folder.events(), seconds_now());
    auto interval = log.intervals.begin();
    for (const auto& epoch : log.epochs) {
        for (; interval != log.intervals.end() && interval->epoch <= epoch.epoch; ++interval) add(*interval);
        add(epoch);
    }
    for (; interval != log.intervals.end(); ++interval) add(*interval);
}

void curve_files::add(const std::vector<io::csv_cell>& cells) {
    csv_.append(cells);
    nlohmann::ordered_json line;
    for (std::size_t i = 0; i < cells.size(); ++i)
        std::visit(
            [&](const auto& value) {
                if constexpr (!std::same_as<std::remove_cvref_t<decltype(value)>, std::monostate>)
                    line[csv_.columns()[i]] = value;
            },
            cells[i]);
    lines_.append(io::json_text(line) + '\n');
}

void curve_files::add(const interval_record& record) {
    const std::monostate none;
    const auto& sums = record.sums;
    std::vector<io::csv_cell> cells{std::string("interval"), std::int64_t{record.epoch}, record.iteration,
                                    sums.mean_loss()};
    if (!measure_.is_r2) cells.emplace_back(sums.accuracy());
    cells.insert(cells.end(), {none, none, sums.images_per_second(), sums.seconds, cell_of(record.learning_rate)});
    add(cells);
    if (!events_) return;
    const auto append = [&](const io::scalar& one) { events_->append(record.iteration, seconds_now(), {one}); };
    append({"loss/train", sums.mean_loss()});
    if (!measure_.is_r2) append({"accuracy/train", sums.accuracy()});
    append({"speed/images_per_second", sums.images_per_second()});
    if (record.learning_rate) append({"learning_rate", *record.learning_rate});
}

void curve_files::add(const epoch_record& record) {
    std::vector<io::csv_cell> cells{std::string("epoch"), std::int64_t{record.epoch}, record.iteration,
                                    record.train.mean_loss()};
    if (!measure_.is_r2) cells.emplace_back(record.train.accuracy());
    cells.insert(cells.end(), {record.test_loss, measure_.of(record), record.train.images_per_second(),
                               record.train.seconds + record.test_seconds, cell_of(record.learning_rate)});
    add(cells);
    if (events_)
        events_->append(
            record.iteration, seconds_now(),
            {{"loss/test", record.test_loss}, {measure_.is_r2 ? "r2/test" : "accuracy/test", measure_.of(record)}});
}

void write_plot(const std::filesystem::path& file, const training_log& log, const std::string& title,
                const std::string& loss_name, const score& measure) {
    if (log.epochs.empty()) return;
    view::curve train_loss{.label = "training (dropout on)", .x = {}, .y = {}, .dashed = true, .colour = 0};
    view::curve train_score = train_loss;
    view::curve test_loss{.label = "test", .x = {}, .y = {}, .dashed = false, .colour = 0};
    view::curve test_score = test_loss;
    for (const auto& record : log.intervals) {
        // A mean over an interval stands at the interval's middle.
        const double x = at_epoch(record.iteration, log) - at_epoch(record.sums.iterations, log) / 2;
        train_loss.x.push_back(x);
        train_loss.y.push_back(record.sums.mean_loss());
        train_score.x.push_back(x);
        train_score.y.push_back(record.sums.accuracy());
    }
    for (const auto& record : log.epochs) {
        const double x = at_epoch(record.iteration, log);
        test_loss.x.push_back(x);
        test_loss.y.push_back(record.test_loss);
        test_score.x.push_back(x);
        test_score.y.push_back(measure.of(record));
    }
    view::line_plot loss{.title = "Loss", .x_label = "epoch", .y_label = loss_name, .has_whole_x = true};
    loss.curves = {std::move(train_loss), std::move(test_loss)};
    view::line_plot scores{
        .title = "Accuracy", .x_label = "epoch", .y_label = "accuracy", .percent = true, .has_whole_x = true};
    if (measure.is_r2) {
        scores = {.title = "R²", .x_label = "epoch", .y_label = "R², mean over the targets", .has_whole_x = true};
        scores.curves = {std::move(test_score)};
    } else {
        scores.curves = {std::move(train_score), std::move(test_score)};
    }
    std::vector<view::line_plot> plots{std::move(loss)};
    // Targets that are all alike have no R2.
    if (scores.curves.back().draws_any()) plots.push_back(std::move(scores));
    view::write_svg(file, plots, title);
}

const epoch_record* kept_epoch(const training_log& log, bool is_best) {
    if (log.epochs.empty()) return nullptr;
    return is_best ? best_epoch(log) : &log.epochs.back();
}

nlohmann::json json_of(const std::vector<target_fit>& fits) {
    auto all = nlohmann::json::array();
    for (const auto& one : fits) all.push_back({{"r2", one.r2}, {"rms_error", one.rms_error}});
    return all;
}

void add_results(nlohmann::json& summary, const training_log& log, const epoch_record* kept, const score& measure) {
    auto epochs = nlohmann::json::array();
    training_sums total;
    double test_seconds = 0;
    for (const auto& record : log.epochs) {
        epochs.push_back({{"epoch", record.epoch},
                          {"iteration", record.iteration},
                          {"train_loss", record.train.mean_loss()},
                          {"test_loss", record.test_loss},
                          {measure.key, measure.of(record)},
                          {"seconds", record.train.seconds},
                          {"loading_seconds", record.train.loading_seconds},
                          {"images_per_second", record.train.images_per_second()},
                          {"test_seconds", record.test_seconds}});
        if (measure.is_r2)
            epochs.back()["test_targets"] = json_of(record.test_fits);
        else
            epochs.back()["train_accuracy"] = record.train.accuracy();
        if (record.learning_rate) epochs.back()["learning_rate"] = *record.learning_rate;
        total.images += record.train.images;
        total.seconds += record.train.seconds;
        total.loading_seconds += record.train.loading_seconds;
        test_seconds += record.test_seconds;
    }
    summary["epochs"] = std::move(epochs);
    summary[measure.key] = kept == nullptr ? nlohmann::json() : nlohmann::json(measure.of(*kept));
    if (measure.is_r2) summary["test_targets"] = kept == nullptr ? nlohmann::json() : json_of(kept->test_fits);
    summary["test_loss"] = kept == nullptr ? nlohmann::json() : nlohmann::json(kept->test_loss);
    summary["kept_epoch"] = kept == nullptr ? nlohmann::json() : nlohmann::json(kept->epoch);
    summary["seconds"] = total.seconds + test_seconds;
    summary["training_seconds"] = total.seconds;
    summary["test_seconds"] = test_seconds;
    summary["images_per_second"] = total.images_per_second();
    summary["loading_seconds"] = total.loading_seconds;
    summary["loading_share"] = total.seconds > 0 ? total.loading_seconds / total.seconds : 0.0;
}

}  // namespace cortexpr::application
