#pragma once
// What a training run leaves for people and programs: curves as CSV and SVG, a summary as JSON.

#include "run_folder.hpp"

#include <cortexpr/io/csv.hpp>
#include <cortexpr/train/trainer.hpp>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace cortexpr::application {

/// The curves as they grow: a row for each interval and each epoch.
class curves_file {
  public:
    /// Begins with what the log holds already. \throws file_error
    curves_file(const std::filesystem::path& file, const training_log& log);

    void add(const interval_record& record);
    void add(const epoch_record& record);

  private:
    io::csv_log csv_;
};

/// Loss and accuracy over epochs, training and test. Nothing is written for a log without an epoch. \throws file_error
void write_plot(const std::filesystem::path& file, const training_log& log, const std::string& title);

/// Members of the summary that come from the log: numbers of each epoch, totals, the last test accuracy.
void add_results(nlohmann::json& summary, const training_log& log);

}  // namespace cortexpr::application
