#pragma once
// A training run as JSON, and back: doubles keep all their bits. Members have the names that they have in C++, and what
// is missing or of another type throws nlohmann::json::exception.

#include "../io/optional_json.hpp"
#include "log_json.hpp"
#include "named_json.hpp"
#include "run_text.hpp"

#include <cortexpr/train/trainer.hpp>

#include <type_traits>

namespace cortexpr {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(optimiser_options, optimiser, momentum, nesterov, mean_decay, square_decay, epsilon,
                                   clip_norm, clip_value, weight_decay, excitatory_weight_decay,
                                   inhibitory_weight_decay)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(schedule_options, schedule, fall_every, fall_factor, rise)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(penalty_options, activity_l1, activity_l2, weight_l1, wiring_length)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(loss_options, loss, class_weights, balance_classes, label_smoothing)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(augmentation_options, shift, flip, rotate, noise)

/// Calls `visit(name, member)` for those of a run's options that belong to no part.
template <class Options, class Visit>
void for_each_option(Options& options, const Visit& visit) {
    visit("epochs", options.epochs);
    visit("batch_size", options.batch_size);
    visit("steps", options.steps);
    visit("learning_rate", options.learning_rate);
    visit("final_learning_rate", options.final_learning_rate);
    visit("warm_up", options.warm_up);
    visit("seed", options.seed);
    visit("averaging", options.averaging);
    visit("log_every", options.log_every);
    visit("loss_all_steps", options.loss_all_steps);
    visit("cuda_graph", options.cuda_graph);
    visit("patience", options.patience);
    visit("keep_best", options.keep_best);
}
/// Calls `visit(part)` for the options that training_options gathers.
template <class Options, class Visit>
void for_each_part(Options& options, const Visit& visit) {
    const auto as = [&]<class Part>(std::type_identity<Part>) {
        using chosen = std::conditional_t<std::is_const_v<Options>, const Part, Part>;
        visit(static_cast<chosen&>(options));
    };
    as(std::type_identity<optimiser_options>());
    as(std::type_identity<schedule_options>());
    as(std::type_identity<penalty_options>());
    as(std::type_identity<loss_options>());
    as(std::type_identity<augmentation_options>());
}

inline void to_json(nlohmann::json& object, const training_options& options) {
    const auto write = [&](const char* name, const auto& member) { object[name] = member; };
    for_each_option(options, write);
    for_each_part(options, [&](const auto& part) { object.update(part); });
}

inline void from_json(const nlohmann::json& object, training_options& options) {
    for_each_option(options, [&](const char* name, auto& member) { object.at(name).get_to(member); });
    for_each_part(options, [&](auto& part) { object.get_to(part); });
}

/// Calls `visit(name, member)` for how far a run has come.
template <class State, class Visit>
void for_each_counter(State& state, const Visit& visit) {
    visit("epochs", state.epochs);
    visit("batches", state.batches);
    visit("iterations", state.iterations);
    visit("interval", state.interval);
    visit("epoch", state.epoch);
}

/// Without the tensors, and read without the log: run_text.hpp takes that from the text.
inline void to_json(nlohmann::json& object, const training_state& state) {
    for_each_counter(state, [&](const char* name, const auto& member) { object[name] = member; });
    object[run_member::intervals] = state.log.intervals;
    object[run_member::epochs] = state.log.epochs;
}

inline void from_json(const nlohmann::json& object, training_state& state) {
    for_each_counter(state, [&](const char* name, auto& member) { object.at(name).get_to(member); });
}

}  // namespace cortexpr
