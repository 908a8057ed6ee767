#include "run_report.hpp"

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

}  // namespace

curve_files::curve_files(const run_folder& folder, const training_log& log, bool with_events)
    : csv_(folder.curves(), {"event", "epoch", "iteration", "train_loss", "train_accuracy", "test_loss",
                             "test_accuracy", "images_per_second", "seconds"}),
      lines_(folder.curve_lines(), "") {
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
    lines_.append(line.dump() + '\n');
}

void curve_files::add(const interval_record& record) {
    const std::monostate none;
    add({std::string("interval"), std::int64_t{record.epoch}, record.iteration, record.sums.mean_loss(),
         record.sums.accuracy(), none, none, record.sums.images_per_second(), record.sums.seconds});
    if (events_)
        events_->append(record.iteration, seconds_now(),
                        {{"loss/train", record.sums.mean_loss()},
                         {"accuracy/train", record.sums.accuracy()},
                         {"speed/images_per_second", record.sums.images_per_second()}});
}

void curve_files::add(const epoch_record& record) {
    add({std::string("epoch"), std::int64_t{record.epoch}, record.iteration, record.train.mean_loss(),
         record.train.accuracy(), record.test_loss, record.test_accuracy, record.train.images_per_second(),
         record.train.seconds + record.test_seconds});
    if (events_)
        events_->append(record.iteration, seconds_now(),
                        {{"loss/test", record.test_loss}, {"accuracy/test", record.test_accuracy}});
}

void write_plot(const std::filesystem::path& file, const training_log& log, const std::string& title,
                const std::string& loss_name) {
    if (log.epochs.empty()) return;
    view::curve train_loss{.label = "training (dropout on)", .x = {}, .y = {}, .dashed = true, .colour = 0};
    view::curve train_accuracy = train_loss;
    view::curve test_loss{.label = "test", .x = {}, .y = {}, .dashed = false, .colour = 0};
    view::curve test_accuracy = test_loss;
    for (const auto& record : log.intervals) {
        // A mean over an interval stands at the interval's middle.
        const double x = at_epoch(record.iteration, log) - at_epoch(record.sums.iterations, log) / 2;
        train_loss.x.push_back(x);
        train_loss.y.push_back(record.sums.mean_loss());
        train_accuracy.x.push_back(x);
        train_accuracy.y.push_back(record.sums.accuracy());
    }
    for (const auto& record : log.epochs) {
        const double x = at_epoch(record.iteration, log);
        test_loss.x.push_back(x);
        test_loss.y.push_back(record.test_loss);
        test_accuracy.x.push_back(x);
        test_accuracy.y.push_back(record.test_accuracy);
    }
    view::line_plot loss{.title = "Loss", .x_label = "epoch", .y_label = loss_name};
    loss.curves = {std::move(train_loss), std::move(test_loss)};
    view::line_plot accuracy{.title = "Accuracy", .x_label = "epoch", .y_label = "accuracy", .percent = true};
    accuracy.curves = {std::move(train_accuracy), std::move(test_accuracy)};
    view::write_svg(file, std::vector<view::line_plot>{std::move(loss), std::move(accuracy)}, title);
}

const epoch_record* kept_epoch(const training_log& log, bool is_best) {
    if (log.epochs.empty()) return nullptr;
    return is_best ? best_epoch(log) : &log.epochs.back();
}

void add_results(nlohmann::json& summary, const training_log& log, const epoch_record* kept) {
    auto epochs = nlohmann::json::array();
    training_sums total;
    double test_seconds = 0;
    for (const auto& record : log.epochs) {
        epochs.push_back({{"epoch", record.epoch},
                          {"iteration", record.iteration},
                          {"train_loss", record.train.mean_loss()},
                          {"train_accuracy", record.train.accuracy()},
                          {"test_loss", record.test_loss},
                          {"test_accuracy", record.test_accuracy},
                          {"seconds", record.train.seconds},
                          {"loading_seconds", record.train.loading_seconds},
                          {"images_per_second", record.train.images_per_second()},
                          {"test_seconds", record.test_seconds}});
        total.images += record.train.images;
        total.seconds += record.train.seconds;
        total.loading_seconds += record.train.loading_seconds;
        test_seconds += record.test_seconds;
    }
    summary["epochs"] = std::move(epochs);
    summary["test_accuracy"] = kept == nullptr ? nlohmann::json() : nlohmann::json(kept->test_accuracy);
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
