#include "pieces.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cortexpr::solve {

namespace {

/// Whether two times of an interval differ by rounding only. The bound is wider than that of steps within a piece: what
/// is asked comes from sums of the caller's, and a piece shorter than this would be a step of its own. Not tuned.
bool is_same_time(double one, double other, double start, double end) {
    return std::abs(one - other) <= 1e-9 * std::abs(end - start);
}

}  // namespace

std::vector<double> cut_at(double start, double end, std::vector<double> times) {
    const double direction = end < start ? -1 : 1;
    std::ranges::sort(times, [&](double a, double b) { return direction * a < direction * b; });
    std::vector<double> bounds{start};
    for (const double time : times)
        if (direction * (time - bounds.back()) > 0 && direction * (end - time) > 0 &&
            !is_same_time(time, bounds.back(), start, end) && !is_same_time(time, end, start, end))
            bounds.push_back(time);
    bounds.push_back(end);
    return bounds;
}

int step_from(double start, double bound) { return 1 + static_cast<int>(std::lround(std::abs(bound - start))); }

piece_breaks breaks_of(const std::vector<double>& all, double start, double end) {
    const double direction = end < start ? -1 : 1;
    piece_breaks breaks;
    for (const double time : all) {
        if (direction * (time - start) <= 0 || is_same_time(time, start, start, end)) {
            ++breaks.before;
        } else if (direction * (end - time) > 0 && !is_same_time(time, end, start, end)) {
            breaks.within.push_back(time);
        }
    }
    return breaks;
}

std::function<bool(std::int64_t)> bad_inputs(const at::Tensor& input) {
    return [input = input.detach()](std::int64_t sample) {
        return !at::isfinite(input.select(0, sample)).all().item<bool>();
    };
}

state integrate_pieces(const std::vector<piece>& pieces, state start, const std::vector<double>& asked,
                       options options) {
    check(options);  // as it is given: below, it is a piece's
    const auto count = static_cast<std::int64_t>(pieces.size());
    const double interval = std::abs(pieces.back().end - pieces.front().start);
    if (count > 1 && options.steps > 0) options.step = interval / static_cast<double>(std::exchange(options.steps, 0));
    if (options.saved_states) options.saved_states = std::max<std::int64_t>(1, *options.saved_states / count);
    std::vector<state> found;
    auto next = asked.begin();
    for (const auto& one : pieces) {
        const bool is_last = &one == &pieces.back();
        const double direction = one.end < one.start ? -1 : 1;
        const auto first = next;
        while (next != asked.end() &&
               (is_last || (direction * (one.end - *next) > 0 && !is_same_time(*next, one.end, one.start, one.end))))
            ++next;
        timetable times{.start = one.start, .end = one.end, .asked = {first, next}, .breaks = one.breaks};
        const auto wanted = static_cast<std::int64_t>(times.asked.size());
        // An asked time that is the piece's start up to rounding.
        for (auto& time : times.asked)
            if (is_same_time(time, one.start, one.start, one.end)) time = one.start;
        if (!is_last) times.asked.push_back(one.end);
        if (one.entered) start = one.entered(start);
        const auto solved = integrate(one.equation, start, times, options).states;
        found.emplace_back();
        for (std::size_t part = 0; part < solved.size(); ++part) {
            found.back().push_back(solved[part].slice(0, 0, wanted));
            if (!is_last) start[part] = solved[part].select(0, -1);
        }
    }
    state joined;
    for (std::size_t part = 0; part < start.size(); ++part) {
        std::vector<at::Tensor> all;
        for (const auto& piece : found) all.push_back(piece[part]);
        joined.push_back(all.size() == 1 ? all.front() : at::cat(all));
    }
    return joined;
}

}  // namespace cortexpr::solve
