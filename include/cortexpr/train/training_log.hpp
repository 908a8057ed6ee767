#pragma once
// What a training run reports: means over intervals and epochs. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace cortexpr {

/// Running sums of training batches.
struct training_sums {
    std::int64_t iterations = 0;  ///< batches that were learnt from
    std::int64_t images = 0;      ///< examples in them
    std::int64_t correct = 0;     ///< images classified right, with dropout on; 0 of a regressor
    double losses = 0;            ///< sum over the examples, each with its batch's mean loss
    double seconds = 0;           ///< of training, loading included
    double loading_seconds = 0;   ///< of bringing batches from bytes to the device

    /// Mean over the examples; 0 before the first.
    double mean_loss() const { return images == 0 ? 0.0 : losses / static_cast<double>(images); }
    /// Fraction that was classified right, with dropout on; 0 before the first batch.
    double accuracy() const { return images == 0 ? 0.0 : static_cast<double>(correct) / static_cast<double>(images); }
    /// Examples per second of wall-clock time, in training; 0 before the first batch.
    double images_per_second() const { return seconds > 0 ? static_cast<double>(images) / seconds : 0.0; }

    friend bool operator==(const training_sums&, const training_sums&) = default;
};

/// What was learnt since the last record; none reaches over the end of an epoch.
struct interval_record {
    int epoch = 0;                          ///< from 1
    std::int64_t iteration = 0;             ///< the last of the interval, counted from the start of training
    training_sums sums;                     ///< over the interval
    std::optional<double> learning_rate{};  ///< of its last step; none in records of before

    friend bool operator==(const interval_record&, const interval_record&) = default;
};

/// How well a regressor's target is fitted.
struct target_fit {
    /// The coefficient of determination: 1 - squared errors / squared distances from the mean of the targets that were
    /// shown. NaN where these are all equal, which leaves nothing to explain.
    double r2 = 0;
    double rms_error = 0;  ///< root of the mean squared error, in the target's units

    /// Whether there is an r2.
    bool has_r2() const { return !std::isnan(r2); }
    friend bool operator==(const target_fit& one, const target_fit& other) {
        const auto differ = [](double a, double b) { return a < b || b < a; };
        return one.has_r2() == other.has_r2() && !differ(one.r2, other.r2) && !differ(one.rms_error, other.rms_error);
    }
};

/// Mean over those of a regressor's targets that have an r2, NaN where none has; 0 of a classifier.
inline double mean_r2(const std::vector<target_fit>& fits) {
    double sum = 0, count = 0;
    for (const auto& one : fits) {
        if (!one.has_r2()) continue;
        sum += one.r2;
        ++count;
    }
    return fits.empty() ? 0.0 : sum / count;
}

/// An epoch of training and the evaluation after it.
struct epoch_record {
    int epoch = 0;                          ///< from 1
    std::int64_t iteration = 0;             ///< iterations since the start of training
    training_sums train;                    ///< over the epoch
    double test_loss = 0;                   ///< mean over the test set, in nats for cross-entropy
    double test_accuracy = 0;               ///< fraction that is classified right; 0 of a regressor
    double test_seconds = 0;                ///< wall-clock time of the evaluation
    std::vector<target_fit> test_fits{};    ///< of a regressor, by target
    std::optional<double> learning_rate{};  ///< of its last step; none in records of before

    friend bool operator==(const epoch_record&, const epoch_record&) = default;
};

/// What a run has recorded so far, and the tables and curves read.
struct training_log {
    std::vector<interval_record> intervals;  ///< in the order of training
    std::vector<epoch_record> epochs;        ///< in the order of training
};

/// The first epoch of the highest test accuracy and, among those, the lowest test loss, which alone counts of a
/// regressor; null before the first epoch.
inline const epoch_record* best_epoch(const training_log& log) {
    const auto quality = [](const epoch_record& record) { return std::pair(record.test_accuracy, -record.test_loss); };
    const auto best = std::ranges::max_element(log.epochs, {}, quality);
    return best == log.epochs.end() ? nullptr : &*best;
}

}  // namespace cortexpr
