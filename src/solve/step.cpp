#include "step.hpp"

#include "combination.hpp"
#include "tableau.hpp"

#include <cortexpr/error.hpp>

#include <ATen/ops/expm1.h>
#include <ATen/ops/full.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cortexpr::solve {

namespace {

at::Tensor stage_times(const interval& interval, double fraction, const at::Tensor& part) {
    std::vector<double> times(interval.times.size());
    for (std::size_t i = 0; i < times.size(); ++i) times[i] = interval.times[i] + fraction * interval.sizes[i];
    if (times.size() == 1) return at::full({part.size(0)}, times.front(), part.options().requires_grad(false));
    return at::tensor(times, at::kDouble).to(part.options().requires_grad(false));
}

state checked(state given, const state& y, const char* what) {
    if (given.size() != y.size())
        throw usage_error(fmt::format("the equation's {} gives {} tensors for a state of {} parts; give one for each",
                                      what, given.size(), y.size()));
    for (std::size_t part = 0; part < y.size(); ++part)
        if (!given[part].defined() || given[part].sizes() != y[part].sizes() ||
            given[part].scalar_type() != y[part].scalar_type())
            throw usage_error(fmt::format(
                "the equation's {} gives {} for part {} of the state, which is {} of {}; give a tensor of its shape "
                "and "
                "type",
                what,
                given[part].defined() ? fmt::format("{} of {}", given[part].sizes(), given[part].dtype().name())
                                      : "no tensor",
                part, y[part].sizes(), y[part].dtype().name()));
    return given;
}

moment moment_of(const interval& interval, double fraction, const state& y) {
    return {
        .time = stage_times(interval, fraction, y.front()), .segment = interval.segment, .samples = interval.samples};
}

/// size * number / tau, broadcasting to the part: what a leaky step moves by.
at::Tensor times_rate(const interval& interval, const at::Tensor& tau, const at::Tensor& part) {
    const auto rate = at::reciprocal(tau);
    return interval.sizes.size() == 1 ? at::mul(rate, interval.sizes.front())
                                      : at::mul(by_row(interval.sizes, part), rate);
}

/// Euler's step is lerp(y, target, size / tau); the exponential one is exact while the target stays.
step_result leaky_step(const equation& equation, method method, const interval& interval, const state& y) {
    const auto target = checked(equation.target(moment_of(interval, 0, y), y), y, "target");
    state next;
    for (std::size_t part = 0; part < y.size(); ++part) {
        auto weight = times_rate(interval, equation.tau[part], y[part]);
        if (method == method::exponential_euler) weight = at::expm1(weight.neg()).neg();
        next.push_back(at::lerp(y[part], target[part], weight));
    }
    return {.next = std::move(next), .slopes = {}};
}

/// Slopes 2, 3, ... by a method's table.
template <class Stages, class Times>
void add_slopes(const equation& equation, const interval& interval, const state& y, const Stages& stages,
                const Times& times, std::vector<state>& slopes) {
    for (std::size_t i = 0; i < times.size(); ++i)
        slopes.push_back(
            rate_of(equation, interval, times[i], moved_along(interval, y, slopes, std::span(stages[i]).first(i + 1))));
}

/// One part of the slopes.
std::vector<at::Tensor> part_of(const std::vector<state>& slopes, std::size_t part) {
    std::vector<at::Tensor> all;
    for (const auto& slope : slopes) all.push_back(slope[part]);
    return all;
}

at::Tensor scaled(const interval& interval, const at::Tensor& slope) {
    constexpr double whole[]{1};
    return combined({}, {slope}, whole, interval.sizes);
}

}  // namespace

bool interval::has_waiting() const { return std::ranges::find(sizes, 0.0) != sizes.end(); }

state rate_of(const equation& equation, const interval& interval, double fraction, const state& y) {
    return checked(equation.rate(moment_of(interval, fraction, y), y), y, "rate");
}

state moved_along(const interval& interval, const state& y, const std::vector<state>& slopes,
                  std::span<const double> weights) {
    state moved;
    for (std::size_t part = 0; part < y.size(); ++part)
        moved.push_back(combined(y[part], part_of(slopes, part), weights, interval.sizes));
    return moved;
}

step_result advance(const equation& equation, method method, const interval& interval, const state& y,
                    const state& first_slope, bool with_last_slope) {
    if (method == method::exponential_euler || (method == method::euler && equation.target))
        return leaky_step(equation, method, interval, y);
    step_result step;
    step.slopes.push_back(first_slope.empty() ? rate_of(equation, interval, 0, y) : first_slope);
    if (method == method::euler) {
        constexpr double whole[]{1};
        step.next = moved_along(interval, y, step.slopes, whole);
    } else if (method == method::rk4) {
        add_slopes(equation, interval, y, tableau::rk4::stages, tableau::rk4::times, step.slopes);
        step.next = moved_along(interval, y, step.slopes, tableau::rk4::weights);
    } else {
        add_slopes(equation, interval, y, tableau::dopri5::stages, tableau::dopri5::times, step.slopes);
        step.next = moved_along(interval, y, step.slopes, tableau::dopri5::weights);
        if (with_last_slope) step.slopes.push_back(rate_of(equation, interval, 1, step.next));
    }
    return step;
}

state where_moving(const interval& interval, const state& moved, const state& y) {
    if (!interval.has_waiting()) return moved;
    state chosen;
    for (std::size_t part = 0; part < y.size(); ++part)
        chosen.push_back(at::where(by_row(interval.sizes, y[part]) != 0, moved[part], y[part]));
    return chosen;
}

state within(const interval& interval, const state& y, const step_result& step, const std::vector<double>& fractions) {
    const auto middle = moved_along(interval, y, step.slopes, tableau::dopri5::middle);
    state found;
    for (std::size_t part = 0; part < y.size(); ++part) {
        const auto first = scaled(interval, step.slopes.front()[part]),
                   last = scaled(interval, step.slopes.back()[part]);
        const auto &from = y[part], &to = step.next[part], &mid = middle[part];
        // The quartic with these values at 0, 1/2 and 1 and these slopes at 0 and 1, by its coefficients.
        const auto fourth = 2 * (last - first) - 8 * (to + from) + 16 * mid;
        const auto third = 5 * first - 3 * last + 18 * from + 14 * to - 32 * mid;
        const auto second = last - 4 * first - 11 * from - 5 * to + 16 * mid;
        const auto u = by_row(fractions, from);
        found.push_back(from + u * (first + u * (second + u * (third + u * fourth))));
    }
    return found;
}

state error_of(const interval& interval, const step_result& step) {
    state error;
    for (std::size_t part = 0; part < step.next.size(); ++part)
        error.push_back(combined({}, part_of(step.slopes, part), tableau::dopri5::error, interval.sizes));
    return error;
}

}  // namespace cortexpr::solve
