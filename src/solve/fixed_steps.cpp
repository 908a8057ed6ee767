// The forward pass by fixed steps: all samples keep one clock, until one of them fails.

#include "walk.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cortexpr::solve {

namespace {

/// A part of the interval between two times at which a step must end.
struct leg {
    double begin = 0, end = 0;
    std::int64_t segment = 0;
    std::vector<std::size_t> asked{};  ///< at its end
};

/// Times that are computed in two ways may differ in the last bits; they are the same time.
bool is_same_time(const timetable& times, double a, double b) {
    return std::abs(a - b) <= 1e-12 * std::max(std::abs(times.start), std::abs(times.end));
}

std::vector<leg> legs_of(const timetable& times) {
    const auto bounds = segment_bounds(times);
    const double direction = direction_of(times);
    std::vector<leg> legs;
    std::size_t next = asked_at_start(times);
    double begin = times.start;
    for (std::size_t segment = 0; segment + 1 < bounds.size(); ++segment) {
        const double end = bounds[segment + 1];
        const auto reach = [&](double time) {
            legs.push_back({.begin = begin, .end = time, .segment = static_cast<std::int64_t>(segment)});
            begin = time;
        };
        while (next < times.asked.size() && direction * (times.asked[next] - end) <= 0 &&
               !is_same_time(times, times.asked[next], end)) {
            if (!is_same_time(times, times.asked[next], begin)) reach(times.asked[next]);
            legs.back().asked.push_back(next++);
        }
        reach(end);
        while (next < times.asked.size() && is_same_time(times, times.asked[next], end))
            legs.back().asked.push_back(next++);
    }
    return legs;
}

class fixed_walk {
  public:
    explicit fixed_walk(const walk_request& request)
        : request_(request), whole_(request.start), asked_(request.start, request.times.asked.size()) {
        const auto batch = static_cast<std::size_t>(whole_.front().size(0));
        solution_.work.resize(batch);
        failed_.resize(batch);
        const auto& options = request.options;
        largest_ = options.steps > 0
                       ? std::abs(request.times.end - request.times.start) / static_cast<double>(options.steps)
                       : options.step;
    }

    solution run() {
        for (std::size_t i = 0; i < asked_at_start(request_.times); ++i) asked_.write_all(i, whole_);
        for (const auto& leg : legs_of(request_.times)) {
            const auto before = whole_;
            const auto work_before = solution_.work;
            const auto steps_before = request_.saved != nullptr ? request_.saved->steps().size() : 0;
            take(leg);
            if (note_failures(leg)) {
                // Once more without the samples that failed: they stay where they were last known.
                whole_ = before;
                solution_.work = work_before;
                if (request_.saved != nullptr) request_.saved->truncate(steps_before);
                take(leg);
            }
            for (const auto& hit : hits_of(leg))
                asked_.write(hit, {}, values_at(hit, {}, {}, {.next = whole_, .slopes = {}}));
        }
        solution_.states = asked_.stacked();
        return std::move(solution_);
    }

  private:
    void take(const leg& leg) {
        const double length = std::abs(leg.end - leg.begin);
        if (const auto most = request_.options.most_steps; length / largest_ > static_cast<double>(most))
            throw usage_error(
                fmt::format("steps of {} are more than {} from {} to {}; give larger ones, or allow more "
                            "(most_steps)",
                            largest_, most, leg.begin, leg.end));
        // A quotient that is whole but for rounding is whole.
        const auto steps = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(length / largest_ - 1e-9)));
        const double size = (leg.end - leg.begin) / static_cast<double>(steps);
        for (std::int64_t i = 0; i < steps; ++i) {
            recorded_step step{.interval = interval_at(leg, leg.begin + static_cast<double>(i) * size, size)};
            if (i + 1 == steps) step.hits = hits_of(leg);
            if (request_.saved != nullptr) request_.saved->about_to_step(whole_);
            const auto taken = advance(request_.equation, request_.options.method, step.interval, whole_);
            whole_ = where_moving(step.interval, taken.next, whole_);
            if (request_.saved != nullptr) request_.saved->add(std::move(step));
        }
        count(steps);
    }

    interval interval_at(const leg& leg, double time, double size) const {
        interval interval{.times = {time}, .sizes = {size}, .segment = leg.segment};
        if (!has_failures_) return interval;
        interval.times.assign(failed_.size(), time);
        interval.sizes.clear();
        for (const bool has_failed : failed_) interval.sizes.push_back(has_failed ? 0 : size);
        return interval;
    }

    std::vector<hit> hits_of(const leg& leg) const {
        std::vector<hit> hits;
        for (const auto asked : leg.asked) {
            hit one{.asked = asked, .rows = {}, .fractions = {}, .is_whole = !has_failures_};
            for (std::size_t i = 0; i < failed_.size(); ++i)
                if (!failed_[i]) one.rows.push_back(static_cast<std::int64_t>(i));
            if (!one.rows.empty()) hits.push_back(std::move(one));
        }
        return hits;
    }

    void count(std::int64_t steps) {
        const std::int64_t evaluations = request_.options.method == method::rk4 ? 4 : 1;
        for (std::size_t i = 0; i < failed_.size(); ++i) {
            if (failed_[i]) continue;
            solution_.work[i].accepted += steps;
            solution_.work[i].evaluations += steps * evaluations;
        }
    }

    /// One look at each leg's end, so that a device isn't waited for at every step.
    bool note_failures(const leg& leg) {
        const at::NoGradGuard no_grad;
        at::Tensor finite;
        for (const auto& part : whole_) {
            const auto one = at::isfinite(part).reshape({part.size(0), -1}).all(1);
            finite = finite.defined() ? finite.logical_and(one) : one;
        }
        if (finite.all().item<bool>()) return false;
        const auto on_host = finite.cpu();
        bool is_new = false;
        for (std::size_t i = 0; i < failed_.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            if (failed_[i] || on_host[row].item<bool>()) continue;
            failure where{.sample = row, .time = leg.end};
            find_not_finite(whole_, row, where);
            fail(solution_, request_, reason::state_not_finite, where);
            failed_[i] = is_new = has_failures_ = true;
        }
        return is_new;
    }

    const walk_request& request_;
    state whole_;
    asked_states asked_;
    solution solution_;
    std::vector<bool> failed_;
    bool has_failures_ = false;
    double largest_ = 0;
};

}  // namespace

solution walk_by_fixed_steps(const walk_request& request) { return fixed_walk(request).run(); }

}  // namespace cortexpr::solve
