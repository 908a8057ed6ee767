// What the forward pass saves for the backward pass, step by step, written out by hand and as laws.

#include <cortexpr/schedule/saved_maps.hpp>
#include <cortexpr/schedule/work/savings.hpp>

#include "catch.hpp"
#include "schedule/networks.hpp"

#include <algorithm>
#include <tuple>

using namespace cortexpr;
using namespace cortexpr::test::schedules;
using kind = plan::saved_map::kind;

namespace {

using told = std::tuple<kind, int, int>;  // kind, index, step

std::vector<told> saved(const plan::network& network, const plan::run& run) {
    std::vector<told> all;
    for (const auto& one : plan::saved_maps(plan::run_facts(network, run)))
        all.emplace_back(one.is, one.index, one.step);
    return all;
}

}  // namespace

TEST_CASE("states are saved as long as anything reads them", "[schedule]") {
    CHECK(saved(plan_of<One>, {.steps = 2}) == std::vector<told>{{kind::state, 0, 1}, {kind::state, 0, 2}});
    const plan::known_run run(plan_of<One>, {.steps = 2});
    const auto maps = plan::saved_maps(run);
    CHECK(maps[0].shape == plan::map_shape{6, 6, 5});
    CHECK_FALSE(maps[0].is_read_forward());
    CHECK(plan::saved_bytes(run) == 2 * 6 * 6 * 5 * 4);
}

TEST_CASE("what a nonlinearity of an edge or an output was applied to is saved, too", "[schedule]") {
    // The output reads Coarse alone (map 1) at the last step; the tanh is between Coarse and itself.
    const auto schedule = plan::schedule_of(plan_of<Half>);
    int bent = -1;
    for (std::size_t c = 0; c < schedule.convolutions.size(); ++c)
        if (!schedule.convolutions[c].is_plain()) bent = static_cast<int>(c);
    REQUIRE(bent >= 0);
    CHECK(saved(plan_of<Half>, {.steps = 2}) == std::vector<told>{{kind::state, 0, 1},
                                                                  {kind::state, 1, 1},
                                                                  {kind::edge_drive, bent, 1},
                                                                  {kind::state, 1, 2},
                                                                  {kind::output_drive, 0, 2},
                                                                  {kind::edge_drive, bent, 2}});
    for (const auto& one : plan::saved_maps(plan::run_facts(plan_of<Half>, {.steps = 2})))
        if (one.is == kind::edge_drive) CHECK(one.shape == plan::map_shape{2, 3, 3});
}

TEST_CASE("of a still image, what all steps share is saved once, as step 0", "[schedule]") {
    struct Bent
        : area<input<1, 6, 5>, neurons<E>,
               connectivity<from<stimulus, edge{.nonlinearity = activation::tanh}, 0>, from<E, 1, 1>>, output<3>> {};
    const auto count = [](bool is_sequence, int step) {
        int drives = 0;
        for (const auto& [is, index, at] : saved(plan_of<Bent>, {.steps = 3, .is_sequence = is_sequence}))
            drives += is == kind::edge_drive && at == step;
        return drives;
    };
    CHECK(count(false, 0) == 1);
    CHECK(count(true, 0) == 0);
    for (const int step : {1, 2, 3}) {
        CHECK(count(false, step) == 0);
        CHECK(count(true, step) == 1);
    }
}

TEST_CASE("no map is saved twice, none of no size, and a longer run saves no less", "[schedule]") {
    for (const auto* network : all) {
        INFO(network->name);
        std::int64_t before = 0;
        for (const int steps : {1, 2, 3, 7}) {
            const plan::known_run run(*network, {.steps = steps});
            auto maps = saved(*network, {.steps = steps});
            int last = 0;
            for (const auto& one : plan::saved_maps(run)) {
                CHECK(one.shape.size() > 0);
                CHECK(one.step >= last);
                CHECK(one.step <= steps);
                last = one.step;
                // What an area receives is heard at the next step, so the last one sends nothing.
                if (one.is == kind::feedback || one.is == kind::feedback_drive) CHECK(one.step < steps);
            }
            std::sort(maps.begin(), maps.end());
            CHECK(std::unique(maps.begin(), maps.end()) == maps.end());
            CHECK(plan::saved_bytes(run) > before);
            before = plan::saved_bytes(run);
            // A shortened run stands for the whole one.
            CHECK(plan::saved_bytes(plan::known_run(*network, plan::shortened(*network, {.steps = steps}))) == before);
        }
    }
}
