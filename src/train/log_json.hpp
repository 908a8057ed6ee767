#pragma once
// The log of a training run as JSON, and back. No LibTorch here.

#include "../io/optional_json.hpp"

#include <cortexpr/train/training_log.hpp>

#include <nlohmann/json.hpp>

#include <limits>
#include <type_traits>

namespace cortexpr {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(training_sums, iterations, images, correct, losses, seconds, loading_seconds)

/// An r2 that isn't there is null, as JSON has no NaN.
inline void to_json(nlohmann::json& object, const target_fit& fit) {
    object = {{"r2", fit.r2}, {"rms_error", fit.rms_error}};
}

inline void from_json(const nlohmann::json& object, target_fit& fit) {
    const auto& r2 = object.at("r2");
    fit.r2 = r2.is_null() ? std::numeric_limits<double>::quiet_NaN() : r2.get<double>();
    object.at("rms_error").get_to(fit.rms_error);
}

/// Calls `visit(name, member)` for what a record holds; `visit_if_any` for what it may lack, and leaves out then.
template <class Record, class Visit, class VisitIfAny>
void for_each_member(Record& record, const Visit& visit, const VisitIfAny& visit_if_any) {
    visit("epoch", record.epoch);
    visit("iteration", record.iteration);
    if constexpr (std::is_same_v<std::remove_const_t<Record>, interval_record>) {
        visit("sums", record.sums);
    } else {
        visit("train", record.train);
        visit("test_loss", record.test_loss);
        visit("test_accuracy", record.test_accuracy);
        visit("test_seconds", record.test_seconds);
        visit_if_any("test_fits", record.test_fits);
    }
    visit_if_any("learning_rate", record.learning_rate);
}

template <class Record>
concept LogRecord = std::is_same_v<Record, interval_record> || std::is_same_v<Record, epoch_record>;

template <LogRecord Record>
void to_json(nlohmann::json& object, const Record& record) {
    const auto write = [&](const char* name, const auto& member) { object[name] = member; };
    for_each_member(record, write, [&](const char* name, const auto& member) {
        if (member != std::remove_cvref_t<decltype(member)>()) write(name, member);
    });
}

template <LogRecord Record>
void from_json(const nlohmann::json& object, Record& record) {
    const auto read = [&](const char* name, auto& member) { object.at(name).get_to(member); };
    for_each_member(record, read, [&](const char* name, auto& member) {
        if (object.contains(name)) read(name, member);
    });
}

}  // namespace cortexpr
