#include "require_sound.hpp"

#include <cortexpr/train/learning_rate.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string_view>

namespace cortexpr {

namespace {

template <class... Values>
void require(bool is_so, fmt::format_string<Values...> otherwise, Values&&... values) {
    if (!is_so) throw usage_error(fmt::format(otherwise, std::forward<Values>(values)...));
}

bool is_number_from_0(double value) { return value >= 0 && std::isfinite(value); }
bool is_share(double value) { return value >= 0 && value < 1; }

bool has_mean_decay(optimiser_kind kind) { return kind == optimiser_kind::adam || kind == optimiser_kind::adamw; }

void require_positive(const char* what, const std::optional<double>& value) {
    require(!value || (*value > 0 && std::isfinite(*value)), "{} of {} is not a positive number", what,
            value.value_or(0));
}
void require_from_0(const char* what, const std::optional<double>& value) {
    require(!value || is_number_from_0(*value), "{} of {} is not a number from 0", what, value.value_or(0));
}
void require_share(const char* what, const std::optional<double>& value) {
    require(!value || is_share(*value), "{} of {} is not from 0 to below 1", what, value.value_or(0));
}

void require_sound(const optimiser_options& options) {
    require_share("a momentum", options.momentum);
    require_share("a decay of the optimiser's means", options.mean_decay);
    require_share("a decay of the optimiser's squares", options.square_decay);
    require_positive("an epsilon", options.epsilon);
    require_positive("a norm that gradients are clipped to", options.clip_norm);
    require_positive("a value that gradients are clipped to", options.clip_value);
    require_from_0("a weight decay", options.weight_decay);
    require_from_0("a weight decay", options.excitatory_weight_decay);
    require_from_0("a weight decay", options.inhibitory_weight_decay);
    const bool is_sgd = options.optimiser == optimiser_kind::sgd;
    require(!options.nesterov || (is_sgd && options.momentum.value_or(0.9) > 0),
            "Nesterov's momentum is SGD's, and needs some momentum");
    require(!options.momentum || is_sgd || options.optimiser == optimiser_kind::rmsprop,
            "{} has no momentum to set; its mean decay is the like of it", name_of(options.optimiser));
    require(!options.mean_decay || has_mean_decay(options.optimiser),
            "{} has no mean decay to set; choose adam or adamw, or leave it out", name_of(options.optimiser));
    constexpr std::string_view no_root = "sgd divides by no root of mean squares, so it has no {} to set; leave it out";
    require(!options.square_decay || !is_sgd, no_root, "square decay");
    require(options.epsilon == optimiser_options{}.epsilon || !is_sgd, no_root, "epsilon");
}

/// What only one schedule looks at stays at its default under the others.
void require_effect(const training_options& options) {
    using enum learning_rate_schedule;
    constexpr std::string_view of_another =
        "{} of the learning rate has no effect under the schedule {}; choose {}, or leave it out";
    const schedule_options unset;
    const auto schedule = schedule_of(options);
    const auto name = name_of(schedule);
    require(schedule == step || (options.fall_every == unset.fall_every && options.fall_factor == unset.fall_factor),
            of_another, "a fall", name, name_of(step));
    require(schedule == one_cycle || options.rise == unset.rise, of_another, "a share for the rise", name,
            name_of(one_cycle));
    require(schedule == cosine || schedule == one_cycle || !options.final_learning_rate, of_another, "a last value",
            name, "cosine or one-cycle");
    require(schedule != one_cycle || options.warm_up == training_options{}.warm_up || options.warm_up == 0, of_another,
            "a warm-up", name, "another");
}

void require_sound(const schedule_options& options) {
    require(options.fall_every >= 1, "a learning rate can't fall every {} epochs, give at least 1", options.fall_every);
    require(options.fall_factor > 0 && options.fall_factor <= 1,
            "a learning rate that falls by a factor of {} is not falling, give one from above 0 to 1",
            options.fall_factor);
    require(options.rise > 0 && options.rise < 1, "a rise over a share of {} of the run is not between 0 and 1",
            options.rise);
}

void require_sound(const penalty_options& options) {
    for (const double weight : {options.activity_l1, options.activity_l2, options.weight_l1, options.wiring_length}) {
        require_from_0("a penalty", weight);
        require(weight <= std::numeric_limits<float>::max(), "a penalty of {} is more than a float32 holds", weight);
    }
}

void require_sound(const loss_options& options) {
    require_share("a label smoothing", options.label_smoothing);
    for (const double weight : options.class_weights) require_from_0("a class weight", weight);
}

void require_sound(const augmentation_options& options) {
    require(options.shift >= 0, "a shift by {} pixels can't be, give 0 or more", options.shift);
    require(options.rotate >= 0 && options.rotate <= 180, "a rotation by {} degrees is not from 0 to 180",
            options.rotate);
    require_from_0("a noise", options.noise);
}

}  // namespace

void require_sound(const training_options& options, const training_state& state, std::int64_t batches) {
    require(options.epochs >= 1, "{} epochs are none, give at least 1", options.epochs);
    require(options.batch_size >= 1, "a batch of {} images is none, give at least 1", options.batch_size);
    require(options.steps >= 1, "{} time steps are none, give at least 1", options.steps);
    const double full = options.learning_rate;
    require_positive("a learning rate", full);
    if (const auto last = options.final_learning_rate)
        require(*last >= 0 && *last <= full, "a final learning rate of {} is not from 0 to the learning rate, {}",
                *last, full);
    require(options.warm_up >= 0, "a warm-up of {} steps can't be, give 0 or more", options.warm_up);
    require_share("a decay for the running means", options.averaging);
    require(options.log_every >= 1, "a log line every {} iterations can't be, give at least 1", options.log_every);
    require(!options.patience || *options.patience >= 1, "a patience of {} epochs is none, give at least 1",
            options.patience.value_or(0));
    require_sound(static_cast<const optimiser_options&>(options));
    require_sound(static_cast<const schedule_options&>(options));
    require_effect(options);
    require_sound(static_cast<const penalty_options&>(options));
    require_sound(static_cast<const loss_options&>(options));
    require_sound(static_cast<const augmentation_options&>(options));
    require(state.epochs >= 0 && state.batches >= 0 && state.batches <= batches &&
                state.iterations == state.epochs * batches + state.batches,
            "the training state ({} epochs and {} batches, {} iterations) is of other data or another batch size: an "
            "epoch has {} batches here",
            state.epochs, state.batches, state.iterations, batches);
}

}  // namespace cortexpr
