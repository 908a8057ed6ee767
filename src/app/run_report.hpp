#pragma once
// What a training run leaves for people and programs: curves as CSV, JSON lines, events for TensorBoard and SVG, a
// summary as JSON.

#include "run_folder.hpp"
#include "score.hpp"

#include <cortexpr/io/csv.hpp>
#include <cortexpr/io/event_file.hpp>
#include <cortexpr/io/growing_file.hpp>
#include <cortexpr/train/trainer.hpp>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr::application {

/// The curves as they grow: a row, or line, for each interval and each epoch.
class curve_files {
  public:
    /// Begin with what the log holds already; `with_events`: for TensorBoard, too. \throws file_error
    curve_files(const run_folder& folder, const training_log& log, bool with_events, const score& measure);

    void add(const interval_record& record);
    void add(const epoch_record& record);

  private:
    void add(const std::vector<io::csv_cell>& cells);

    score measure_;
    io::csv_log csv_;
    io::growing_file lines_;
    std::optional<io::event_file> events_;
};

/// Loss, called `loss_name`, and accuracy, or R2 of the test set, over epochs, training and test. Nothing is written
/// for a log without an epoch. \throws file_error
void write_plot(const std::filesystem::path& file, const training_log& log, const std::string& title,
                const std::string& loss_name, const score& measure);

/// The epoch whose parameters are kept: the best one, or the last one; null before the first.
const epoch_record* kept_epoch(const training_log& log, bool is_best);

/// Members of the summary that come from the log: numbers of each epoch, totals, loss and score of the epoch that is
/// kept.
void add_results(nlohmann::json& summary, const training_log& log, const epoch_record* kept, const score& measure);

/// How each target is fitted, as a list.
nlohmann::json json_of(const std::vector<target_fit>& fits);

}  // namespace cortexpr::application
