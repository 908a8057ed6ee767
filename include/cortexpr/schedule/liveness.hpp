#pragma once
// Which values of a run (states, outputs, feedback; by step) are needed, directly or on the way to what is. An executor
// skips all others. The result is exact.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/delays.hpp>
#include <cortexpr/schedule/merge.hpp>

namespace cortexpr::plan {

/// Flags by index. (Not vector<bool>: Clang can't evaluate that of GCC 12's library at compile time.)
using flags = std::vector<std::uint8_t>;
/// Also of a caller's vector<bool>.
template <class Flags>
constexpr bool flag(const Flags& list, std::size_t index) {
    return !list.empty() && list[index];
}

/// What a caller requests of a run. Vectors are empty for none, or have an entry for each neuron type or area.
struct requested {
    bool answer = true;                     ///< the last area's output at the last step
    bool every_answer = false;              ///< and at every other one
    bool final_states = false;              ///< of all types at the last step
    flags states{}, outputs{}, feedback{};  ///< at every step
    std::vector<int> silenced_from{};       ///< by neuron type: the step from which its state is 0; 0 for never

    constexpr bool silences(std::size_t type, int step) const {
        return !silenced_from.empty() && silenced_from[type] > 0 && step >= silenced_from[type];
    }
};

/// Which values of a run are live: requested, or needed on the way to what is. Steps count from 1.
struct liveness {
    int steps = 0;
    std::vector<flags> states{};    ///< [step][neuron type]
    std::vector<flags> outputs{};   ///< [step][area]
    std::vector<flags> feedback{};  ///< [step][area]: what the area will hear at the next step

    constexpr bool state(int step, int type) const { return states[index(step)][index(type)]; }
    constexpr bool output(int step, int area) const { return outputs[index(step)][index(area)]; }
    constexpr bool fed_back(int step, int area) const { return feedback[index(step)][index(area)]; }
};

namespace detail {

/// Walks from the last step to the first, and at each step from the last value computed to the first.
class liveness_walk {
  public:
    constexpr liveness_walk(const network& network, int steps, const requested& requested)
        : network_(network), requested_(requested) {
        const auto rows = index(steps) + 1;
        live_.steps = steps;
        live_.states.assign(rows, flags(network.types.size(), false));
        live_.outputs.assign(rows, flags(network.areas.size(), false));
        live_.feedback.assign(rows, flags(network.areas.size(), false));
    }

    constexpr liveness walk() {
        for (int t = live_.steps; t >= 1; --t) {
            for (std::size_t area = 0; area < network_.areas.size(); ++area)
                row(live_.feedback, t)[area] = feedback_is_live(t, area);
            for (std::size_t area = network_.areas.size(); area-- > 0;) {
                row(live_.outputs, t)[area] = output_is_live(t, area);
                const auto& of = network_.areas[area];
                for (int type = of.first_type; type < of.first_type + of.types; ++type)
                    row(live_.states, t)[index(type)] = state_is_live(t, index(type));
            }
        }
        return live_;
    }

  private:
    static constexpr flags& row(std::vector<flags>& table, int t) { return table[index(t)]; }
    /// Whether the target of an edge is computed at step t.
    constexpr bool target_is_live(const edge& edge, int t) const {
        return edge.to_output() ? live_.output(t, edge.area) : live_.state(t, edge.postsynaptic);
    }
    /// Whether an edge that is needed reads what its source is after step t.
    constexpr bool is_read(const edge& edge, int t) const {
        const int read_at = t + delay_of(network_, edge);
        return read_at <= live_.steps && target_is_live(edge, read_at);
    }
    constexpr bool area_reads(std::size_t area, edge::source from, int t) const {
        for (const auto& edge : network_.edges_of(network_.areas[area]))
            if (edge.from == from && is_read(edge, t)) return true;
        return false;
    }
    constexpr bool feedback_is_live(int t, std::size_t area) const {
        if (!network_.is_fed(static_cast<int>(area))) return false;
        return flag(requested_.feedback, area) || area_reads(area, edge::source::top_down, t);
    }
    constexpr bool output_is_live(int t, std::size_t area) const {
        if (flag(requested_.outputs, area)) return true;
        const bool is_last = area + 1 == network_.areas.size();
        if (is_last && (requested_.every_answer || (requested_.answer && t == live_.steps))) return true;
        if (!is_last && area_reads(area + 1, edge::source::stimulus, t)) return true;
        for (const auto& edge : network_.feedback)
            if (edge.from == static_cast<int>(area) && live_.fed_back(t, edge.to)) return true;
        return false;
    }
    constexpr bool state_is_live(int t, std::size_t type) const {
        if (requested_.silences(type, t)) return false;
        if (flag(requested_.states, type) || (requested_.final_states && t == live_.steps)) return true;
        if (t < live_.steps && live_.state(t + 1, static_cast<int>(type))) return true;
        for (const auto& edge : network_.edges_of(network_.areas[index(network_.types[type].area)]))
            if (edge.presynaptic == static_cast<int>(type) && is_read(edge, t)) return true;
        return false;
    }

    const network& network_;
    const requested& requested_;
    liveness live_{};
};

}  // namespace detail

constexpr liveness live_values(const network& network, int steps, const requested& requested) {
    return detail::liveness_walk(network, steps, requested).walk();
}

}  // namespace cortexpr::plan
