// Work counted in the shortest run with the same steps, against work counted step by step.

#include <cortexpr/schedule/work/work.hpp>

#include "catch.hpp"
#include "schedule/networks.hpp"

using namespace cortexpr;
using namespace cortexpr::test::schedules;

namespace {

/// Whether a silence starts in the first, second, third or no type at `from`.
plan::run run_of(const plan::network& network, int steps, int kind, std::size_t silenced, int from) {
    plan::run run{.steps = steps, .is_sequence = kind % 2 == 1};
    run.requested.every_answer = kind == 1;
    run.requested.final_states = kind == 2;
    if (kind == 3) run.requested.states.assign(network.types.size(), true);
    if (kind == 4) run.requested.feedback.assign(network.areas.size(), true);
    if (silenced < network.types.size()) {
        run.requested.silenced_from.assign(network.types.size(), 0);
        run.requested.silenced_from[silenced] = from;
        run.requested.silenced_from.back() = from / 2;
    }
    return run;
}

}  // namespace

TEST_CASE("the work of a run is that of its steps one by one") {
    for (const auto* network : all)
        for (const int steps : {1, 2, 3, 5, 6, 7, 8, 9, 11, 14, 23})
            for (int kind = 0; kind < 5; ++kind)
                for (const std::size_t silenced : {0U, 1U, 2U, 99U})
                    for (const int from : {1, 2, 5, 11, 23, 40}) {
                        if (silenced == 99U && from > 1) continue;
                        const auto run = run_of(*network, steps, kind, silenced, from);
                        CAPTURE(network->name, steps, kind, silenced, from);
                        CHECK(plan::work_of(*network, run) == plan::work_of(plan::known_run(*network, run)));
                    }
}

TEST_CASE("a long run is counted as a short one") {
    for (const auto* network : all) {
        const auto one = plan::shortened(*network, {.steps = 1'000'000});
        CAPTURE(network->name);
        CHECK(one.run.steps < 20);
        std::int64_t steps = -1;  // step 0 is none
        for (const auto times : one.times) steps += times;
        CHECK(steps == 1'000'000);
    }
}
