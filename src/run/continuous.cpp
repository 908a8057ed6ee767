#include <cortexpr/run/continuous.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/run/options.hpp>

#include <fmt/format.h>

namespace cortexpr {

std::vector<double> times_of(const continuous_time& time) {
    if (time.evaluations < 2 || time.evaluations > most_steps)
        throw usage_error(
            fmt::format("states at {} times can't be given; ask for at least 2, start and end, and at most 1,000,000",
                        time.evaluations));
    return solve::even_times(time.start, time.end, time.evaluations);
}

}  // namespace cortexpr
