// Liveness against its definition: a value is live if a requested value depends on it. The dependencies are written
// down from the equations and followed forward; the schedule walks backward.

#include <cortexpr/schedule/run_facts.hpp>

#include <map>
#include <set>
#include <tuple>

#include "catch.hpp"
#include "schedule/networks.hpp"

using namespace cortexpr;
using namespace cortexpr::test::schedules;
using plan::index;

namespace {

enum class what : std::uint8_t { state, output, feedback };
using value = std::tuple<what, int, int>;  // of which type or area, after which step
using values = std::set<value>;

class dependencies {
  public:
    dependencies(const plan::network& network, const plan::run& run) : network_(network), run_(run) {
        for (int t = 1; t <= run.steps; ++t) {
            for (int area = 0; area < static_cast<int>(network.areas.size()); ++area) {
                const auto& declared = network.areas[index(area)];
                for (int type = declared.first_type; type < declared.first_type + declared.types; ++type)
                    if (!run.requested.silences(index(type), t)) add({what::state, type, t}, sources_of_state(type, t));
                add({what::output, area, t}, sources_of(area, -1, t));
            }
            for (int area = 0; area < static_cast<int>(network.areas.size()); ++area) {
                values from;
                for (const auto& edge : network.feedback)
                    if (edge.to == area) from.insert({what::output, edge.from, t});
                if (!from.empty()) add({what::feedback, area, t}, from);
            }
        }
    }

    /// All that the requested values depend on, themselves included.
    values needed() const {
        const auto& requested = run_.requested;
        const auto flag = [](const plan::flags& list, int number) { return !list.empty() && list[index(number)]; };
        values all;
        for (const auto& [one, sources] : sources_) {
            const auto [is, index, t] = one;
            const bool is_last = t == run_.steps;
            const bool is_answer = is == what::output && index + 1 == static_cast<int>(network_.areas.size());
            if ((is == what::state && (flag(requested.states, index) || (requested.final_states && is_last))) ||
                (is == what::output && flag(requested.outputs, index)) ||
                (is == what::feedback && flag(requested.feedback, index)) ||
                (is_answer && (requested.every_answer || (requested.answer && is_last))))
                all.insert(sources.begin(), sources.end());
        }
        return all;
    }

  private:
    void add(const value& one, const values& direct) {
        auto& all = sources_[one];
        all.insert(one);
        for (const auto& source : direct)
            if (const auto known = sources_.find(source); known != sources_.end())
                all.insert(known->second.begin(), known->second.end());
    }
    values sources_of_state(int type, int t) const {
        auto all = sources_of(network_.types[index(type)].area, type, t);
        all.insert({what::state, type, t - 1});
        return all;
    }
    values sources_of(int area, int target, int t) const {
        values all;
        for (const auto& edge : network_.edges) {
            if (edge.area != area || edge.postsynaptic != target) continue;
            if (edge.from == plan::edge::source::top_down) {
                all.insert({what::feedback, area, t - 1});
            } else if (edge.from == plan::edge::source::neuron_type) {
                all.insert({what::state, edge.presynaptic, target < 0 ? t : t - 1});
            } else if (area > 0) {
                all.insert({what::output, area - 1, t - network_.area_delay});
            }
        }
        return all;
    }

    const plan::network& network_;
    plan::run run_;
    std::map<value, values> sources_;
};

std::vector<plan::requested> requests(const plan::network& network) {
    const auto types = network.types.size(), areas = network.areas.size();
    std::vector<plan::requested> all{
        {}, {.every_answer = true}, {.final_states = true}, {.answer = false}, {.answer = false, .final_states = true}};
    for (std::size_t i = 0; i < types; ++i) {
        plan::requested recorded{.answer = false, .states = plan::flags(types, 0)};
        recorded.states[i] = 1;
        plan::requested silence{.final_states = i % 2 == 0, .silenced_from = std::vector<int>(types, 0)};
        silence.silenced_from[i] = 1 + static_cast<int>(i);
        all.push_back(recorded);
        all.push_back(silence);
    }
    for (std::size_t i = 0; i < areas; ++i) {
        plan::requested outputs{.answer = false, .outputs = plan::flags(areas, 0)};
        outputs.outputs[i] = 1;
        plan::requested feedback{.answer = false, .feedback = plan::flags(areas, 0)};
        feedback.feedback[i] = 1;
        all.push_back(outputs);
        all.push_back(feedback);
    }
    return all;
}

}  // namespace

TEST_CASE("a value is live if and only if a requested value depends on it", "[schedule]") {
    for (const auto* network : all)
        for (const int steps : {1, 2, 5}) {
            for (const auto& requested : requests(*network)) {
                const plan::run run{.steps = steps, .requested = requested};
                const auto live = plan::live_values(*network, steps, requested);
                const auto needed = dependencies(*network, run).needed();
                for (int t = 1; t <= steps; ++t) {
                    INFO(network->name << ", step " << t << " of " << steps);
                    for (int type = 0; type < static_cast<int>(network->types.size()); ++type)
                        CHECK(live.state(t, type) == needed.contains({what::state, type, t}));
                    for (int area = 0; area < static_cast<int>(network->areas.size()); ++area) {
                        CHECK(live.output(t, area) == needed.contains({what::output, area, t}));
                        CHECK(live.fed_back(t, area) == needed.contains({what::feedback, area, t}));
                    }
                }
            }
        }
}
