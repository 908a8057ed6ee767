#pragma once
// How many steps a run must have for a stimulus to reach the answer at the last step, and for each edge to carry
// something of it there. What a run is too short for is computed in vain, or not at all, and no gradient trains it.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/delays.hpp>
#include <cortexpr/schedule/merge.hpp>

#include <algorithm>
#include <vector>

namespace cortexpr::plan {

/// The fewest steps of a run that will do; 0 where no number does.
struct least_steps {
    int answer = 0;               ///< for the stimulus to reach the answer
    int all = 0;                  ///< and by every edge that ever carries something of it there
    std::vector<int> edges{};     ///< for each edge to do so
    std::vector<int> feedback{};  ///< likewise
};

namespace detail {

/// What carries the stimulus goes on carrying it, since a state depends on the one before. So the fewest steps by an
/// edge are the step at which the stimulus first arrives there, and the steps from there to the answer.
class stimulus_walk {
  public:
    constexpr explicit stimulus_walk(const network& network)
        : network_(network),
          arrives_(network.types.size(), network.areas.size()),
          remains_(network.types.size(), network.areas.size()) {
        // Each turn settles at least one more value, or none changes any more.
        while (changes(arrives_, &stimulus_walk::arrive)) {}
        while (changes(remains_, &stimulus_walk::remain)) {}
    }

    constexpr least_steps found() const {
        least_steps all;
        const auto add = [&all](std::vector<int>& to, int arrives, int remains) {
            const bool is_reached = arrives < never && remains < never;
            to.push_back(is_reached ? arrives + remains : 0);
            all.all = (std::max)(all.all, to.back());
        };
        for (const auto& edge : network_.edges) add(all.edges, arrival_at_target(edge), remaining_at_target(edge));
        for (const auto& edge : network_.feedback)
            add(all.feedback, arrives_.output(edge.from) + feedback_delay, remains_.heard(edge.to));
        if (const int last = static_cast<int>(network_.areas.size()) - 1; arrives_.output(last) < never)
            all.answer = arrives_.output(last);
        return all;
    }

  private:
    static constexpr int never = 1 << 20;

    /// A number of steps for each value of the equations.
    struct steps_by_value {
        std::vector<int> states, outputs, feedback;
        constexpr steps_by_value(std::size_t types, std::size_t areas)
            : states(types, never), outputs(areas, never), feedback(areas, never) {}
        constexpr int state(int type) const { return states[index(type)]; }
        constexpr int output(int area) const { return outputs[index(area)]; }
        constexpr int heard(int area) const { return feedback[index(area)]; }
        constexpr bool operator==(const steps_by_value&) const = default;
    };

    /// Whether a turn changes the values, which are of this walk.
    constexpr bool changes(const steps_by_value& values, void (stimulus_walk::*turn)()) {
        const auto before = steps_by_value(values);
        (this->*turn)();
        return !(values == before);
    }
    static constexpr void lower(int& value, int to) { value = (std::min)(value, to); }

    /// The step at which what an edge gives its target first depends on the stimulus.
    constexpr int arrival_at_target(const edge& edge) const {
        switch (edge.from) {
            case edge::source::stimulus:
                return edge.area == 0 ? 1 : arrives_.output(edge.area - 1) + delay_of(network_, edge);
            case edge::source::top_down:
                return arrives_.heard(edge.area);
            default:
                return arrives_.state(edge.presynaptic) + delay_of(network_, edge);
        }
    }
    constexpr void arrive() {
        for (const auto& edge : network_.edges)
            lower(edge.to_output() ? arrives_.outputs[index(edge.area)] : arrives_.states[index(edge.postsynaptic)],
                  arrival_at_target(edge));
        for (const auto& edge : network_.feedback)
            lower(arrives_.feedback[index(edge.to)], arrives_.output(edge.from) + feedback_delay);
    }

    /// The steps from the one at which an edge's target changes to the one whose answer does.
    constexpr int remaining_at_target(const edge& edge) const {
        return edge.to_output() ? remains_.output(edge.area) : remains_.state(edge.postsynaptic);
    }
    constexpr void remain() {
        remains_.outputs.back() = 0;
        for (const auto& edge : network_.edges) {
            const int remaining = remaining_at_target(edge), delayed = remaining + delay_of(network_, edge);
            switch (edge.from) {
                case edge::source::stimulus:
                    if (edge.area > 0) lower(remains_.outputs[index(edge.area - 1)], delayed);
                    break;
                case edge::source::top_down:
                    lower(remains_.feedback[index(edge.area)], remaining);
                    break;
                default:
                    lower(remains_.states[index(edge.presynaptic)], delayed);
            }
        }
        for (const auto& edge : network_.feedback)
            lower(remains_.outputs[index(edge.from)], remains_.heard(edge.to) + feedback_delay);
    }

    const network& network_;
    steps_by_value arrives_;  ///< the first step at which a value depends on the stimulus
    steps_by_value remains_;  ///< the steps after which the answer depends on the value
};

}  // namespace detail

/// The equations of docs/design.md say what reads what, and when.
constexpr least_steps least_steps_of(const network& network) { return detail::stimulus_walk(network).found(); }

}  // namespace cortexpr::plan
