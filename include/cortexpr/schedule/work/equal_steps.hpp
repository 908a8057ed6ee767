#pragma once
// A long run as a short one, in which a step stands for many equal ones: counts cost a compiler the same for 10 steps
// and for 10,000, because compilers limit the steps of a constant expression.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/run_facts.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cortexpr::plan {

struct shortened_run {
    plan::run run{};
    std::vector<std::int64_t> times{};  ///< by step from 0: the steps that it stands for; empty: itself
};

namespace detail {

/// The steps at which a silence starts, in order, between 1 and one after the last step: what is known of a step before
/// it is run changes within such a stretch only near its ends.
constexpr std::vector<int> stretches_of(const run& run) {
    std::vector<int> starts{1};
    for (int next = 0; next <= run.steps;) {
        next = run.steps + 1;
        for (const int from : run.requested.silenced_from)
            if (from > starts.back() && from < next) next = from;
        if (next <= run.steps) starts.push_back(next);
    }
    starts.push_back(run.steps + 1);
    return starts;
}

/// The step of a stretch that is repeated. What comes before the stretch reaches no further into it: a source's state
/// is a step old, the output of the area below `delay` steps.
constexpr int repeated_step(int start, int delay) { return start + 1 + delay; }

/// With no stretch longer than `length` steps.
constexpr shortened_run shortened(const run& all, const std::vector<int>& starts, int length, int delay) {
    shortened_run result{.run = all, .times = {1}};
    auto& silenced_from = result.run.requested.silenced_from;
    int steps = 0;
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
        const int whole = starts[i + 1] - starts[i], kept = whole < length ? whole : length, first = steps + 1;
        for (std::size_t type = 0; type < silenced_from.size(); ++type)
            if (all.requested.silenced_from[type] == starts[i]) silenced_from[type] = first;
        steps += kept;
        result.times.resize(index(steps) + 1, 1);
        if (kept < whole) result.times[index(repeated_step(first, delay))] += whole - kept;
    }
    for (std::size_t type = 0; type < silenced_from.size(); ++type)
        if (all.requested.silenced_from[type] > all.steps) silenced_from[type] = 0;
    result.run.steps = steps;
    return result;
}

/// Whether what is needed is the same at each repeated step and at those after it on which it depends. Then it is the
/// same at all steps of the stretch before them, however many: it follows from what is needed later.
constexpr bool repeats_equal_steps(const network& network, const shortened_run& one) {
    const auto live = live_values(network, one.run.steps, one.run.requested);
    for (int t = 1; t <= one.run.steps; ++t) {
        if (one.times[index(t)] == 1) continue;
        for (int later = t + 1; later <= t + 1 + network.area_delay; ++later)
            if (live.states[index(later)] != live.states[index(t)] ||
                live.outputs[index(later)] != live.outputs[index(t)] ||
                live.feedback[index(later)] != live.feedback[index(t)])
                return false;
    }
    return true;
}

}  // namespace detail

/// The shortest run with the same steps. The whole run, if it has no equal ones.
constexpr shortened_run shortened(const network& network, const run& all) {
    const int delay = network.area_delay;
    const auto starts = detail::stretches_of(all);
    // The repeated step, those that must equal it, and the last one of the stretch.
    for (int length = 4 + 2 * delay; length < all.steps; length += 1 + length / 4) {
        auto one = detail::shortened(all, starts, length, delay);
        if (one.run.steps == all.steps) break;
        if (detail::repeats_equal_steps(network, one)) return one;
    }
    return {.run = all};
}

}  // namespace cortexpr::plan
