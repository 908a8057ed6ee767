#include <cortexpr/solve/solve.hpp>

#include "adjoint.hpp"
#include "walk.hpp"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cortexpr::solve {

namespace {

void check_state(const equation& equation, const state& start) {
    if (start.empty()) throw usage_error("a state has at least one part; give integrate a tensor (B, ...)");
    for (std::size_t part = 0; part < start.size(); ++part) {
        const auto& one = start[part];
        if (!one.defined() || one.dim() < 1 || one.numel() == 0)
            throw usage_error(fmt::format("part {} of the start holds nothing; give a tensor (B, ...)", part));
        if (one.scalar_type() != at::kFloat && one.scalar_type() != at::kDouble)
            throw usage_error(
                fmt::format("part {} of the start is {}; states are float32 or float64", part, one.dtype().name()));
        const auto& first = start.front();
        if (one.size(0) != first.size(0) || one.scalar_type() != first.scalar_type() || one.device() != first.device())
            throw usage_error(
                fmt::format("part {} of the start ({} of {} on {}) and part 0 ({} of {} on {}) differ in batch, type "
                            "or device; all "
                            "parts share them",
                            part, one.sizes(), one.dtype().name(), one.device().str(), first.sizes(),
                            first.dtype().name(), first.device().str()));
    }
    if (equation.target && equation.tau.size() != start.size())
        throw usage_error(fmt::format("the leaky equation has {} taus for a state of {} parts; give one for each",
                                      equation.tau.size(), start.size()));
    for (const auto& read : equation.reads)
        if (!read.defined()) throw usage_error("equation::reads has an undefined tensor; leave it out");
}

void check_equation(const equation& equation, method by) {
    if (by == method::exponential_euler && !equation.target)
        throw usage_error("exponential_euler solves leaky equations; make the equation with solve::leaky");
    if (!equation.rate) throw usage_error("the equation has no rate; give it one, or make it with solve::leaky");
}

/// What is given and says something of adaptive steps alone; empty where nothing is.
std::string_view given_for_dopri5(const options& given) {
    const options untouched;
    return given.relative_tolerance != untouched.relative_tolerance   ? "relative_tolerance"
           : given.absolute_tolerance != untouched.absolute_tolerance ? "absolute_tolerance"
           : given.first_step                                         ? "first_step"
           : given.smallest_step != untouched.smallest_step           ? "smallest_step"
           : given.largest_step != untouched.largest_step             ? "largest_step"
                                                                      : "";
}

void check_fixed_steps(const options& options) {
    const auto name = name_of(options.method);
    if (const auto given = given_for_dopri5(options); !given.empty())
        throw usage_error(
            fmt::format("{} takes fixed steps, of step or steps; leave {} out, or take dopri5", name, given));
    if (options.step != 0 && options.steps != 0)
        throw usage_error(
            fmt::format("{} is given the size of its steps, {}, and their number, {}; leave one of them out", name,
                        options.step, options.steps));
    if (options.step == 0 && options.steps == 0)
        throw usage_error(
            fmt::format("{} takes fixed steps; give their size (step) or their number (steps), above 0", name));
    if (options.steps < 0)
        throw usage_error(fmt::format("{} can't take {} steps; give 1 or more", name, options.steps));
    if (options.steps == 0 && !(options.step > 0 && std::isfinite(options.step)))
        throw usage_error(fmt::format("{} can't take steps of {}; give a size above 0", name, options.step));
}

void check_adaptive_steps(const options& options) {
    if (!(options.relative_tolerance >= 0) || !(options.absolute_tolerance > 0) ||
        !std::isfinite(options.relative_tolerance) || !std::isfinite(options.absolute_tolerance))
        throw usage_error(fmt::format("tolerances are finite, relative >= 0 and absolute > 0, not {} and {}",
                                      options.relative_tolerance, options.absolute_tolerance));
    if (options.step != 0 || options.steps != 0)
        throw usage_error("dopri5 chooses its steps; leave step and steps out, or take first_step and largest_step");
    if (options.first_step && !(*options.first_step > 0))
        throw usage_error(fmt::format("first_step is a length above 0, not {}", *options.first_step));
    if (!(options.smallest_step >= 0) || !(options.largest_step > 0) || options.smallest_step > options.largest_step)
        throw usage_error(
            fmt::format("steps from {} to {} leave none; smallest_step is at least 0 and at most largest_step",
                        options.smallest_step, options.largest_step));
    if (options.most_steps < 1) throw usage_error(fmt::format("most_steps is at least 1, not {}", options.most_steps));
}

/// Times that lie outside by rounding only are moved to the end that they mean.
timetable checked(timetable times) {
    if (!std::isfinite(times.start) || !std::isfinite(times.end))
        throw usage_error(fmt::format("the interval {} to {} is not finite", times.start, times.end));
    if (times.asked.empty()) throw usage_error("no time is asked for; name some in timetable::asked");
    const double direction = direction_of(times);
    const double rounding = 1e-12 * std::max(std::abs(times.start), std::abs(times.end));
    double before = times.start;
    for (auto& time : times.asked) {
        if (direction * (time - before) < 0 && std::abs(time - times.start) <= rounding) time = times.start;
        if (direction * (time - times.end) > 0 && std::abs(time - times.end) <= rounding) time = times.end;
        if (!(direction * (time - before) >= 0) || !(direction * (time - times.end) <= 0))
            throw usage_error(fmt::format("asked times run from start ({}) to end ({}); {} is out of order or outside",
                                          times.start, times.end, time));
        before = time;
    }
    before = times.start;
    for (const double time : times.breaks) {
        if (!(direction * (time - before) > 0) || !(direction * (time - times.end) < 0))
            throw usage_error(
                fmt::format("breaks lie between start ({}) and end ({}), each once and in order; {} doesn't",
                            times.start, times.end, time));
        before = time;
    }
    return times;
}

bool is_gradient_wanted(const equation& equation, const state& start) {
    const auto needs = [](const at::Tensor& one) { return one.requires_grad(); };
    return at::GradMode::is_enabled() &&
           (std::ranges::any_of(start, needs) || std::ranges::any_of(equation.reads, needs));
}

}  // namespace

void check(const options& options) {
    if (options.method == method::dopri5) {
        check_adaptive_steps(options);
    } else {
        check_fixed_steps(options);
    }
    if (options.saved_states && options.gradients == gradients::recorded)
        throw usage_error("recorded gradients keep all operations; leave saved_states out, or choose replayed ones");
    if (options.saved_states && *options.saved_states < 1)
        throw usage_error(fmt::format("{} saved states are too few; the start is one", *options.saved_states));
}

std::vector<double> even_times(double start, double end, std::int64_t count) {
    if (count < 1) throw usage_error(fmt::format("{} times cannot be asked for; ask for 1 or more", count));
    std::vector<double> times{start};
    for (std::int64_t i = 1; i < count; ++i)
        times.push_back(
            i + 1 == count ? end : start + (end - start) * static_cast<double>(i) / static_cast<double>(count - 1));
    return times;
}

std::vector<double> even_breaks(double start, double end, std::int64_t segments) {
    if (segments < 1) throw usage_error(fmt::format("an interval cannot have {} segments; give 1 or more", segments));
    std::vector<double> times;
    for (std::int64_t i = 1; i < segments && start != end; ++i)
        times.push_back(start + (end - start) * static_cast<double>(i) / static_cast<double>(segments));
    return times;
}

std::vector<double> segment_bounds(const timetable& times) {
    if (times.start == times.end) return {};
    std::vector<double> bounds{times.start};
    bounds.insert(bounds.end(), times.breaks.begin(), times.breaks.end());
    bounds.push_back(times.end);
    return bounds;
}

double direction_of(const timetable& times) { return times.end < times.start ? -1 : 1; }

std::size_t asked_at_start(const timetable& times) {
    return static_cast<std::size_t>(
        std::ranges::find_if(times.asked, [&](double time) { return time != times.start; }) - times.asked.begin());
}

equation leaky(field target, std::vector<at::Tensor> tau, std::vector<at::Tensor> reads) {
    for (const auto& one : tau)
        if (std::ranges::none_of(reads, [&one](const at::Tensor& read) { return read.is_same(one); }))
            reads.push_back(one);
    auto rate = [target, tau](const moment& now, const state& y) {
        auto rates = target(now, y);
        for (std::size_t part = 0; part < std::min(rates.size(), tau.size()); ++part)
            rates[part] = (rates[part] - y[part]) / tau[part];
        return rates;
    };
    return {.rate = std::move(rate), .target = std::move(target), .tau = std::move(tau), .reads = std::move(reads)};
}

solution integrate(const equation& equation, const state& start, const timetable& times, const options& options) {
    check_state(equation, start);
    check_equation(equation, options.method);
    check(options);
    const auto timetable = checked(times);
    if (options.gradients == gradients::replayed && is_gradient_wanted(equation, start))
        return integrate_for_replay(equation, start, timetable, options);
    return walk({.equation = equation, .start = start, .times = timetable, .options = options});
}

}  // namespace cortexpr::solve
