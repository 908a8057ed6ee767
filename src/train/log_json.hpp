#pragma once
// The log of a training run as JSON, and back. No LibTorch here.

#include <cortexpr/train/training_log.hpp>

#include <nlohmann/json.hpp>

#include <limits>

namespace cortexpr {

inline void to_json(nlohmann::json& object, const training_sums& sums) {
    object = {{"iterations", sums.iterations}, {"images", sums.images},   {"correct", sums.correct},
              {"losses", sums.losses},         {"seconds", sums.seconds}, {"loading_seconds", sums.loading_seconds}};
}

inline void from_json(const nlohmann::json& object, training_sums& sums) {
    object.at("iterations").get_to(sums.iterations);
    object.at("images").get_to(sums.images);
    object.at("correct").get_to(sums.correct);
    object.at("losses").get_to(sums.losses);
    object.at("seconds").get_to(sums.seconds);
    object.at("loading_seconds").get_to(sums.loading_seconds);
}

/// Absent where none is known.
template <class Record>
void read_learning_rate(const nlohmann::json& object, Record& record) {
    if (object.contains("learning_rate")) record.learning_rate = object.at("learning_rate").get<double>();
}

inline void to_json(nlohmann::json& object, const interval_record& record) {
    object = {{"epoch", record.epoch}, {"iteration", record.iteration}, {"sums", record.sums}};
    if (record.learning_rate) object["learning_rate"] = *record.learning_rate;
}

inline void from_json(const nlohmann::json& object, interval_record& record) {
    object.at("epoch").get_to(record.epoch);
    object.at("iteration").get_to(record.iteration);
    object.at("sums").get_to(record.sums);
    read_learning_rate(object, record);
}

/// An r2 that isn't there is null, as JSON has no NaN.
inline void to_json(nlohmann::json& object, const target_fit& fit) {
    object = {{"r2", fit.r2}, {"rms_error", fit.rms_error}};
}

inline void from_json(const nlohmann::json& object, target_fit& fit) {
    const auto& r2 = object.at("r2");
    fit.r2 = r2.is_null() ? std::numeric_limits<double>::quiet_NaN() : r2.get<double>();
    object.at("rms_error").get_to(fit.rms_error);
}

inline void to_json(nlohmann::json& object, const epoch_record& record) {
    object = {{"epoch", record.epoch},
              {"iteration", record.iteration},
              {"train", record.train},
              {"test_loss", record.test_loss},
              {"test_accuracy", record.test_accuracy},
              {"test_seconds", record.test_seconds}};
    if (!record.test_fits.empty()) object["test_fits"] = record.test_fits;
    if (record.learning_rate) object["learning_rate"] = *record.learning_rate;
}

inline void from_json(const nlohmann::json& object, epoch_record& record) {
    object.at("epoch").get_to(record.epoch);
    object.at("iteration").get_to(record.iteration);
    object.at("train").get_to(record.train);
    object.at("test_loss").get_to(record.test_loss);
    object.at("test_accuracy").get_to(record.test_accuracy);
    object.at("test_seconds").get_to(record.test_seconds);
    if (object.contains("test_fits")) object.at("test_fits").get_to(record.test_fits);
    read_learning_rate(object, record);
}

}  // namespace cortexpr
