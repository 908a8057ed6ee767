#pragma once
// How long a run is, as what begins and ends within it counts.

#include <cortexpr/run/continuous.hpp>

#include <optional>
#include <string>

namespace cortexpr {

struct run_length {
    int steps = 0;                          ///< in continuous time of length 1 each, the last one perhaps cut short
    std::optional<continuous_time> time{};  ///< none of a run in steps

    /// The steps that `time` takes, or those that are given.
    static run_length of(const std::optional<continuous_time>& time, int steps);

    /// What is told of something that begins with a step after the last: ", but the run has 2", or in continuous time
    /// ", at time 2, but the run ends at time 1.5".
    std::string why_not_from(int step) const;
};

}  // namespace cortexpr
