#include <cortexpr/train/learning_rate.hpp>

#include <cmath>
#include <numbers>

namespace cortexpr {

namespace {

/// From one value to another along half a cosine; `done` goes from 0 to 1.
double along_cosine(double from, double to, double done) {
    return to + (from - to) * (1 + std::cos(std::numbers::pi * done)) / 2;
}

double share_of(double part, double whole) { return whole <= 0 ? 1.0 : part / whole; }

double one_cycle_at(const training_options& options, double step, double last) {
    constexpr double first_share = 1.0 / 25, last_share = 1e-4;  // PyTorch's; the last is of the first
    const double full = options.learning_rate;
    const double top = options.rise * (last + 1) - 1;  // the step of the full learning rate
    if (step <= top) return along_cosine(full * first_share, full, share_of(step, top));
    const double end = options.final_learning_rate.value_or(full * first_share * last_share);
    return along_cosine(full, end, share_of(step - top, last - top));
}

}  // namespace

learning_rate_schedule schedule_of(const training_options& options) {
    using enum learning_rate_schedule;
    return options.schedule.value_or(options.final_learning_rate ? cosine : constant);
}

double learning_rate_at(const training_options& options, std::int64_t step, std::int64_t batches) {
    using shape = learning_rate_schedule;
    const double full = options.learning_rate;
    const auto last = static_cast<double>(options.epochs * batches - 1);
    const auto schedule = schedule_of(options);
    if (schedule == shape::one_cycle) return one_cycle_at(options, static_cast<double>(step), last);
    const double risen =
        step < options.warm_up ? full * static_cast<double>(step + 1) / static_cast<double>(options.warm_up) : full;
    if (schedule == shape::step) {
        const auto falls = step / batches / options.fall_every;
        return risen * std::pow(options.fall_factor, static_cast<double>(falls));
    }
    if (schedule == shape::constant || step < options.warm_up) return risen;
    return along_cosine(full, options.final_learning_rate.value_or(0),
                        share_of(static_cast<double>(step - options.warm_up), last - options.warm_up));
}

}  // namespace cortexpr
