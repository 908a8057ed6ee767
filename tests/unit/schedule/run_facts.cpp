// Facts of single steps: how often edges are computed, which sources are zero, what is the same at every step.

#include <cortexpr/schedule/run_facts.hpp>

#include "catch.hpp"
#include "schedule/networks.hpp"

using namespace cortexpr;
using namespace cortexpr::test::schedules;

namespace {

using source = plan::edge::source;

const plan::edge& edge_from(const plan::network& network, source from) {
    for (const auto& edge : network.edges)
        if (edge.from == from && !edge.to_output()) return edge;
    throw std::logic_error("no such edge");
}

}  // namespace

TEST_CASE("an edge is counted as often as it is live where all states are computed", "[schedule]") {
    for (const auto* network : all)
        for (const int steps : {1, 2, 5}) {
            const plan::run_facts facts(*network, {.steps = steps, .requested = {.final_states = true}});
            const auto count = [&](const auto& edge) {
                int live = 0;
                for (int t = 1; t <= steps; ++t) live += facts.is_live(edge, t);
                return live;
            };
            INFO(network->name << ", " << steps << " steps");
            for (const auto& edge : network->edges) CHECK(plan::evaluations(*network, edge, steps) == count(edge));
            for (const auto& edge : network->feedback) CHECK(plan::evaluations(edge, steps) == count(edge));
        }
}

TEST_CASE("what is live at any step is live at the first step", "[schedule]") {
    for (const auto* network : all) {
        const plan::run_facts facts(*network, {.steps = 4});
        for (int type = 0; type < static_cast<int>(network->types.size()); ++type)
            for (int t = 2; t <= 4; ++t) CHECK((!facts.live().state(t, type) || facts.live().state(1, type)));
    }
}

TEST_CASE("sources are zero as declared, as given, and as silenced", "[schedule]") {
    const auto& network = plan_of<Prompt>;
    const auto& from_e = edge_from(network, source::neuron_type);
    const auto& fed_back = edge_from(network, source::top_down);
    const auto& from_start = network.edges.back().presynaptic == 3 ? network.edges[network.edges.size() - 2] : from_e;
    const plan::run_facts declared(network, {.steps = 3});
    CHECK(declared.source_is_zero(from_e, 1));
    CHECK_FALSE(declared.source_is_zero(from_e, 2));
    CHECK_FALSE(declared.source_is_zero(from_start, 1));
    CHECK(declared.source_is_zero(fed_back, 1));
    CHECK_FALSE(declared.source_is_zero(fed_back, 2));

    const plan::run_facts given(network,
                                {.steps = 3, .starts_at_zero = {0, 1, 1, 1}, .feedback_starts_at_zero = {0, 1, 1}});
    CHECK_FALSE(given.source_is_zero(from_e, 1));
    CHECK(given.source_is_zero(from_start, 1));
    CHECK_FALSE(given.source_is_zero(fed_back, 1));

    const plan::run_facts silence(network, {.steps = 3, .requested = {.silenced_from = {2, 0, 0, 0}}});
    CHECK_FALSE(silence.source_is_zero(from_e, 2));
    CHECK(silence.source_is_zero(from_e, 3));

    // All sources of a merged convolution must be zero.
    const auto& one = plan_of<One>;
    const plan::run_facts half(one, {.steps = 3, .starts_at_zero = {0, 1}});
    const plan::run_facts none(one, {.steps = 3, .starts_at_zero = {1, 1}});
    for (const auto& convolution : half.schedule().convolutions) {
        if (convolution.from != source::neuron_type || convolution.to_output()) continue;
        CHECK_FALSE(half.source_is_zero(convolution, 1));
        CHECK(none.source_is_zero(convolution, 1));
    }
}

TEST_CASE("feedback to an area that receives none stays as it starts", "[schedule]") {
    const plan::run_facts ones(plan_of<Alone>, {.steps = 3});
    const plan::run_facts zeros(plan_of<Alone>, {.steps = 3, .feedback_starts_at_zero = {1}});
    for (int t = 1; t <= 3; ++t) {
        CHECK_FALSE(ones.feedback_is_zero(0, t));
        CHECK(zeros.feedback_is_zero(0, t));
    }
}

TEST_CASE("the drive of a still image is constant, a sequence's is not", "[schedule]") {
    const auto& network = plan_of<Prompt>;
    const plan::run_facts still(network, {.steps = 3}), sequence(network, {.steps = 3, .is_sequence = true});
    for (const auto& edge : network.edges) {
        const bool is_drive = edge.area == 0 && edge.from == source::stimulus;
        CHECK(still.is_constant_drive(edge) == is_drive);
        CHECK(sequence.is_stimulus_drive(edge) == is_drive);
        CHECK_FALSE(sequence.is_constant_drive(edge));
    }
}

TEST_CASE("who is sent feedback and who sends it", "[schedule]") {
    const auto& network = plan_of<Prompt>;  // of Low, Middle, High: Middle to Low, High to both
    const plan::run_facts facts(network, {.steps = 2});
    for (int area = 0; area < 3; ++area) {
        CHECK(network.is_fed(area) == (area < 2));
        CHECK(network.sends_feedback(area) == (area > 0));
        CHECK(facts.is_fed(area) == network.is_fed(area));
        CHECK(facts.output_has_readers(area));
    }
    CHECK_FALSE(plan_of<Alone>.is_fed(0));
    CHECK_FALSE(plan::run_facts(plan_of<Alone>, {.steps = 2}).output_has_readers(0));
}
