#pragma once
// A training run as JSON, and back: doubles keep all their bits. Members have the names that they have in C++, and what
// is missing or of another type throws nlohmann::json::exception.

#include "../io/optional_json.hpp"

#include <cortexpr/train/trainer.hpp>

namespace cortexpr {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(training_options, epochs, batch_size, steps, learning_rate, final_learning_rate,
                                   warm_up, seed, averaging, log_every, loss_all_steps, cuda_graph)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(training_sums, iterations, images, correct, loss, seconds, loading_seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(interval_record, epoch, iteration, sums)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(epoch_record, epoch, iteration, train, test_loss, test_accuracy, test_seconds)

/// Without the tensors.
inline void to_json(nlohmann::json& object, const training_state& state) {
    object = {{"epochs", state.epochs},           {"batches", state.batches}, {"iterations", state.iterations},
              {"interval", state.interval},       {"epoch", state.epoch},     {"intervals", state.log.intervals},
              {"epoch_records", state.log.epochs}};
}

inline void from_json(const nlohmann::json& object, training_state& state) {
    object.at("epochs").get_to(state.epochs);
    object.at("batches").get_to(state.batches);
    object.at("iterations").get_to(state.iterations);
    object.at("interval").get_to(state.interval);
    object.at("epoch").get_to(state.epoch);
    object.at("intervals").get_to(state.log.intervals);
    object.at("epoch_records").get_to(state.log.epochs);
}

}  // namespace cortexpr
