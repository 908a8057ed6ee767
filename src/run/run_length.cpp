#include "run_length.hpp"

#include <fmt/format.h>

namespace cortexpr {

run_length run_length::of(const std::optional<continuous_time>& time, int steps) {
    return {.steps = time ? steps_of(*time) : steps, .time = time};
}

std::string run_length::why_not_from(int step) const {
    if (!time) return fmt::format(", but the run has {}", steps);
    const double direction = time->end < time->start ? -1 : 1;
    return fmt::format(", at time {}, but the run ends at time {}", time->start + direction * (step - 1), time->end);
}

}  // namespace cortexpr
