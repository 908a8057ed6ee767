#pragma once
// A training run as JSON, and back: doubles keep all their bits. Members have the names that they have in C++, and what
// is missing or of another type throws nlohmann::json::exception.

#include "../io/optional_json.hpp"
#include "log_json.hpp"
#include "run_text.hpp"

#include <cortexpr/train/trainer.hpp>

/// By name. An unknown one throws usage_error.
template <cortexpr::NamedValue Value>
struct nlohmann::adl_serializer<Value> {
    static void to_json(json& object, Value value) { object = std::string(cortexpr::name_of(value)); }
    static void from_json(const json& object, Value& value) {
        value = cortexpr::value_named<Value>(object.get<std::string>());
    }
};

namespace cortexpr {

// What isn't there is younger than the file, and has its default.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(optimiser_options, optimiser, momentum, nesterov, mean_decay,
                                                square_decay, epsilon, clip_norm, clip_value, weight_decay,
                                                excitatory_weight_decay, inhibitory_weight_decay)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(schedule_options, schedule, fall_every, fall_factor, rise)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(penalty_options, activity_l1, activity_l2, weight_l1, wiring_length)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(loss_options, loss, class_weights, balance_classes, label_smoothing)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(augmentation_options, shift, flip, rotate, noise)

inline void to_json(nlohmann::json& object, const training_options& options) {
    object = {{"epochs", options.epochs},
              {"batch_size", options.batch_size},
              {"steps", options.steps},
              {"learning_rate", options.learning_rate},
              {"final_learning_rate", options.final_learning_rate},
              {"warm_up", options.warm_up},
              {"seed", options.seed},
              {"averaging", options.averaging},
              {"log_every", options.log_every},
              {"loss_all_steps", options.loss_all_steps},
              {"cuda_graph", options.cuda_graph},
              {"patience", options.patience},
              {"keep_best", options.keep_best}};
    object.update(static_cast<const optimiser_options&>(options));
    object.update(static_cast<const schedule_options&>(options));
    object.update(static_cast<const penalty_options&>(options));
    object.update(static_cast<const loss_options&>(options));
    object.update(static_cast<const augmentation_options&>(options));
}

inline void from_json(const nlohmann::json& object, training_options& options) {
    object.get_to(static_cast<optimiser_options&>(options));
    object.get_to(static_cast<schedule_options&>(options));
    object.get_to(static_cast<penalty_options&>(options));
    object.get_to(static_cast<loss_options&>(options));
    object.get_to(static_cast<augmentation_options&>(options));
    object.at("epochs").get_to(options.epochs);
    object.at("batch_size").get_to(options.batch_size);
    object.at("steps").get_to(options.steps);
    object.at("learning_rate").get_to(options.learning_rate);
    object.at("final_learning_rate").get_to(options.final_learning_rate);
    object.at("warm_up").get_to(options.warm_up);
    object.at("seed").get_to(options.seed);
    object.at("averaging").get_to(options.averaging);
    object.at("log_every").get_to(options.log_every);
    object.at("loss_all_steps").get_to(options.loss_all_steps);
    object.at("cuda_graph").get_to(options.cuda_graph);
    options.patience = object.value("patience", options.patience);
    options.keep_best = object.value("keep_best", options.keep_best);
}

/// Without the tensors, and read without the log: run_text.hpp takes that from the text.
inline void to_json(nlohmann::json& object, const training_state& state) {
    object = {{"epochs", state.epochs},
              {"batches", state.batches},
              {"iterations", state.iterations},
              {"interval", state.interval},
              {"epoch", state.epoch},
              {run_member::intervals, state.log.intervals},
              {run_member::epochs, state.log.epochs}};
}

inline void from_json(const nlohmann::json& object, training_state& state) {
    object.at("epochs").get_to(state.epochs);
    object.at("batches").get_to(state.batches);
    object.at("iterations").get_to(state.iterations);
    object.at("interval").get_to(state.interval);
    object.at("epoch").get_to(state.epoch);
}

}  // namespace cortexpr
