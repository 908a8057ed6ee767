// Which samples cannot be solved, and the sentences about them.

#include "walk.hpp"

#include <ATen/ops/isfinite.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace cortexpr::solve {

namespace {

std::string element_name(const walk_request& request, const failure& where) {
    if (request.equation.name_of) return request.equation.name_of(where.part, where.index);
    return request.start.size() == 1 ? fmt::format("element {}", where.index)
                                     : fmt::format("element {} of part {}", where.index, where.part);
}

std::string sentence(const walk_request& request, reason why, const failure& where, const sample_work& work) {
    const auto name = element_name(request, where);
    const auto& options = request.options;
    const auto sample = fmt::format("sample {}", where.sample);
    const auto place =
        fmt::format("time {:.9g} (of {:.9g} to {:.9g})", where.time, request.times.start, request.times.end);
    switch (why) {
        case reason::rate_not_finite:
            return fmt::format(
                "{} cannot be solved beyond {}: the equation gives no finite number for {}; look for NaN or infinity "
                "in "
                "its input, its state and the parameters",
                sample, place, name);
        case reason::state_not_finite:
            return fmt::format(
                "{} has no finite state at {}, first at {}; look for NaN or infinity in its input and the parameters, "
                "or "
                "take smaller steps",
                sample, place, name);
        case reason::step_too_small: {
            const double rounding = rounding_step(where.time), least = std::max(options.smallest_step, rounding);
            return fmt::format(
                "{} cannot be solved beyond {}: {} for the error at {}; loosen the tolerances, {}or look for a jump of "
                "the equation that is no break, or for growth without bound",
                sample, place,
                least > 0 ? fmt::format("steps would have to be smaller than {:.3g}", least)
                          : "no step is small enough",
                name, options.smallest_step > rounding ? "lower smallest_step, " : "");
        }
        case reason::too_many_steps:
            break;
    }
    return fmt::format(
        "{} got no further than {} in {} steps, of which {} were rejected, mostly for {}; allow more (most_steps), "
        "loosen "
        "the tolerances, or take exponential_euler if the equation is stiff",
        sample, place, work.accepted + work.rejected, work.rejected, name);
}

/// Whether a sample is not finite since its input isn't.
bool follows_input(const walk_request& request, reason why, std::int64_t sample) {
    const bool is_not_finite = why == reason::rate_not_finite || why == reason::state_not_finite;
    return is_not_finite && request.equation.has_bad_input && request.equation.has_bad_input(sample);
}

}  // namespace

double rounding_step(double time) { return 4 * std::numeric_limits<double>::epsilon() * std::abs(time); }

void fail(solution& solution, const walk_request& request, reason why, failure where) {
    where.text = sentence(request, why, where, solution.work[static_cast<std::size_t>(where.sample)]);
    if (request.options.on_failure == unsolved::is_error && !follows_input(request, why, where.sample))
        throw solver_error(std::move(where));
    solution.failures.push_back(std::move(where));
}

bool find_not_finite(const state& values, std::int64_t row, failure& where) {
    for (std::size_t part = 0; part < values.size(); ++part) {
        const auto bad = at::isfinite(values[part].detach().select(0, row)).logical_not().flatten();
        if (!bad.any().item<bool>()) continue;
        where.part = part;
        where.index = bad.to(at::kByte).argmax().item<std::int64_t>();
        return true;
    }
    return false;
}

void find_largest(const state& values, std::int64_t row, failure& where) {
    double largest = -1;
    for (std::size_t part = 0; part < values.size(); ++part) {
        const auto sizes = values[part].detach().select(0, row).abs().flatten();
        const auto index = sizes.argmax().item<std::int64_t>();
        const auto size = sizes[index].item<double>();
        if (!(size > largest)) continue;
        largest = size;
        where.part = part;
        where.index = index;
    }
}

}  // namespace cortexpr::solve
