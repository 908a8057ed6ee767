#pragma once
// What says how good a model is: the accuracy of a classifier, R2 of a regressor; and what selectivity is of.

#include "numbers.hpp"

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/train/training_log.hpp>
#include <cortexpr/train/training_options.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <span>
#include <string>

namespace cortexpr::application {

struct score {
    bool is_r2 = false;
    const char* key = "test_accuracy";  ///< of the test set, in JSON and CSV
    const char* name = "accuracy";

    double of(const epoch_record& record) const { return is_r2 ? mean_r2(record.test_fits) : record.test_accuracy; }
    /// That of a finished run, by its summary.
    double of(const nlohmann::json& summary) const {
        const auto& found = summary.at(key);
        return found.is_null() ? std::numeric_limits<double>::quiet_NaN() : found.get<double>();
    }
    std::string text(double value) const {
        if (!is_r2) return percent(value, 2);
        return std::isnan(value) ? "–" : fmt::format("{:.4f}", value);
    }
};

inline score score_of(bool is_regressor) {
    return is_regressor ? score{.is_r2 = true, .key = "test_r2", .name = "R²"} : score{};
}

/// That of the run which wrote a summary.
inline score score_in(const nlohmann::json& summary) { return score_of(summary.contains("test_r2")); }

/// What a loss is called on an axis.
inline std::string title_of(loss_kind loss, bool is_regressor) {
    if (loss == loss_kind::cross_entropy) return "cross entropy";
    if (!is_regressor) return "squared error";
    return loss == loss_kind::squared_error    ? "squared error / variance"
           : loss == loss_kind::absolute_error ? "absolute error / deviation"
                                               : "Huber's loss, in deviations";
}

/// A line for each target; empty of a classifier.
inline std::string fits_text(std::span<const target_fit> fits) {
    std::string text;
    for (std::size_t i = 0; i < fits.size(); ++i)
        text += fmt::format(
            "target {}: {}, root mean square error {:.4g}\n", i,
            fits[i].has_r2() ? fmt::format("R² {:.4f}", fits[i].r2) : std::string("all alike, so it has no R²"),
            fits[i].rms_error);
    return text;
}

/// What is to be said of the selectivity to classes where some have a single example; else empty.
std::string selectivity_note(const data::labelled_images& examples);

}  // namespace cortexpr::application
