#include <cortexpr/run/continuous.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/run/options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cortexpr {

std::vector<double> times_of(const continuous_time& time) {
    if (time.evaluations < 2 || time.evaluations > most_steps)
        throw usage_error(
            fmt::format("states at {} times can't be given; ask for at least 2, start and end, and at most 1,000,000",
                        time.evaluations));
    return solve::even_times(time.start, time.end, time.evaluations);
}

int steps_of(const continuous_time& time) {
    const double interval = std::abs(time.end - time.start), most = 1e9;  // nonsense is the solver's to refuse
    return interval < most ? std::max(1, static_cast<int>(std::ceil(interval - 1e-9 * std::max(1.0, interval))))
                           : static_cast<int>(most);
}

}  // namespace cortexpr
