// The fewest steps against their definition: the equations are followed step by step in runs of 1 to 12 steps, and an
// edge carries the stimulus to the answer if what it reads depends on it at a step where what it drives is live.

#include <cortexpr/schedule/least_steps.hpp>
#include <cortexpr/schedule/liveness.hpp>

#include <algorithm>
#include <vector>

#include "catch.hpp"
#include "schedule/networks.hpp"

using namespace cortexpr;
using namespace cortexpr::test::schedules;
using plan::index;

namespace {

constexpr int most_steps = 12;

/// What depends on the stimulus in a run, and which edges carry it to the answer.
class followed {
  public:
    bool answer = false;
    std::vector<bool> edges, feedback;

    followed(const plan::network& network, int steps)
        : edges(network.edges.size()),
          feedback(network.feedback.size()),
          network_(network),
          live_(plan::live_values(network, steps, {})),
          states_(rows(steps, network.types.size())),
          outputs_(rows(steps, network.areas.size())),
          heard_(rows(steps + 1, network.areas.size())) {
        for (int t = 1; t <= steps; ++t) {
            for (std::size_t type = 0; type < network.types.size(); ++type)
                states_[index(t)][type] = states_[index(t - 1)][type];
            for (int area = 0; area < static_cast<int>(network.areas.size()); ++area) step(area, t);
            for (std::size_t i = 0; i < network.feedback.size(); ++i) {
                const auto& edge = network.feedback[i];
                if (!outputs_[index(t)][index(edge.from)]) continue;
                heard_[index(t + 1)][index(edge.to)] = true;
                if (live_.fed_back(t, edge.to)) feedback[i] = true;
            }
        }
        answer = outputs_[index(steps)].back();
    }

  private:
    using table = std::vector<std::vector<bool>>;
    static table rows(int last, std::size_t values) { return table(index(last) + 1, std::vector<bool>(values)); }

    bool source_depends(const plan::edge& edge, int t) const {
        if (edge.from == plan::edge::source::top_down) return heard_[index(t)][index(edge.area)];
        if (edge.from == plan::edge::source::neuron_type)
            return states_[index(edge.to_output() ? t : t - 1)][index(edge.presynaptic)];
        return edge.area == 0 ||
               (t > network_.area_delay && outputs_[index(t - network_.area_delay)][index(edge.area - 1)]);
    }

    /// States read those of the step before, and the output those of this one.
    void step(int area, int t) {
        const auto& declared = network_.areas[index(area)];
        for (const bool to_output : {false, true})
            for (int i = declared.first_edge; i < declared.first_edge + declared.edges; ++i) {
                const auto& edge = network_.edges[index(i)];
                if (edge.to_output() != to_output || !source_depends(edge, t)) continue;
                if (to_output)
                    outputs_[index(t)][index(area)] = true;
                else
                    states_[index(t)][index(edge.postsynaptic)] = true;
                if (to_output ? live_.output(t, area) : live_.state(t, edge.postsynaptic)) edges[index(i)] = true;
            }
    }

    const plan::network& network_;
    plan::liveness live_;
    table states_, outputs_, heard_;
};

bool is_enough(int least, int steps) { return least > 0 && least <= steps; }

constexpr int by_edges(const plan::network& network) { return plan::least_steps_of(network).all; }
constexpr int by_any(const plan::network& network) { return plan::least_steps_of(network).answer; }

// E hears the stimulus and is read: 1 step. From E to I and back to E: 3.
static_assert(by_any(plan_of<One>) == 1);
static_assert(by_edges(plan_of<One>) == 3);
// Three areas that hear each other late.
static_assert(by_any(plan_of<Prompt>) == 1);
static_assert(by_any(plan_of<Late>) == 3);
// Feedback from High to Low reaches I at step 4, E at 5, and so the answer at 7.
static_assert(plan::least_steps_of(plan_of<Late>).feedback[1] == 7);

}  // namespace

TEST_CASE("the fewest steps are those after which an edge carries the stimulus to the answer") {
    for (const auto* network : all) {
        const auto least = plan::least_steps_of(*network);
        REQUIRE(least.edges.size() == network->edges.size());
        REQUIRE(least.feedback.size() == network->feedback.size());
        REQUIRE(least.all <= most_steps);
        int most = 0;
        for (int steps = 1; steps <= most_steps; ++steps) {
            INFO(network->name << ", " << steps << " steps");
            const followed found(*network, steps);
            CHECK(is_enough(least.answer, steps) == found.answer);
            for (std::size_t i = 0; i < least.edges.size(); ++i) {
                CHECK(is_enough(least.edges[i], steps) == found.edges[i]);
                most = std::max(most, least.edges[i]);
            }
            for (std::size_t i = 0; i < least.feedback.size(); ++i) {
                CHECK(is_enough(least.feedback[i], steps) == found.feedback[i]);
                most = std::max(most, least.feedback[i]);
            }
        }
        CHECK(least.all == most);
    }
}
