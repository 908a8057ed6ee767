#pragma once
// What the type lets an executor do less of: convolutions merged into one, the input's carried out of the time loop,
// and of all values (state, output, feedback; by step) only those that somebody reads. None of it is an approximation.
//
// Ordinary constexpr functions: the engine calls them at run time for the number of steps at hand, tables and tests at
// compile time.

#include <cortexpr/plan/facts.hpp>

#include <vector>

namespace cortexpr::plan {

/// The states of those types of an area that share a grid, their channels side by side.
struct state_map {
    int area = 0;
    bool half = false;  ///< of the half-density types
    int height = 0, width = 0;
    int channels = 0;
};

/// Edges that one convolution computes: same area, source map, target map and extent, no nonlinearity of their own. The
/// signs of their sources are folded into its weights. An edge with a nonlinearity stays alone, and keeps its sign.
struct merged_convolution {
    int area = 0;
    edge::source from = edge::source::stimulus;
    int source_map = -1;  ///< index of the states it reads, or -1
    int target_map = -1;  ///< index of the states it drives, or -1 for the area's output
    cortexpr::extent extent{};
    int stride = 1;
    bool upsample = false;
    activation_function nonlinearity = activation::none;
    std::vector<int> edges{};

    constexpr bool to_output() const { return target_map < 0; }
    constexpr bool is_plain() const { return nonlinearity == activation::none; }
};

struct schedule {
    std::vector<state_map> maps;                   ///< area by area, the full grid first
    std::vector<int> map_of_type;                  ///< by neuron type
    std::vector<int> channel_of_type;              ///< its first channel in that map
    std::vector<merged_convolution> convolutions;  ///< area by area
};

namespace detail {

constexpr bool merges(const merged_convolution& all, const merged_convolution& one) {
    return all.is_plain() && one.is_plain() && all.area == one.area && all.from == one.from &&
           all.source_map == one.source_map && all.target_map == one.target_map && all.stride == one.stride &&
           all.upsample == one.upsample && all.extent.height == one.extent.height &&
           all.extent.width == one.extent.width;
}

constexpr void add_maps(schedule& all, const network& network, int area_index) {
    const auto& area = network.areas[static_cast<std::size_t>(area_index)];
    for (const bool half : {false, true}) {
        state_map map{.area = area_index, .half = half};
        for (int type = area.first_type; type < area.first_type + area.types; ++type) {
            const auto index = static_cast<std::size_t>(type);
            const auto& shape = network.types[index].shape;
            if (shape.same_grid(area.input) == half) continue;
            all.map_of_type[index] = static_cast<int>(all.maps.size());
            all.channel_of_type[index] = map.channels;
            map.height = shape.height;
            map.width = shape.width;
            map.channels += shape.channels;
        }
        if (map.channels > 0) all.maps.push_back(map);
    }
}

}  // namespace detail

constexpr schedule schedule_of(const network& network) {
    schedule all;
    all.map_of_type = std::vector<int>(network.types.size(), 0);
    all.channel_of_type = all.map_of_type;
    for (std::size_t area = 0; area < network.areas.size(); ++area)
        detail::add_maps(all, network, static_cast<int>(area));
    const auto map_of = [&all](int type) { return type < 0 ? -1 : all.map_of_type[static_cast<std::size_t>(type)]; };
    for (std::size_t i = 0; i < network.edges.size(); ++i) {
        const auto& edge = network.edges[i];
        merged_convolution one{.area = edge.area,
                               .from = edge.from,
                               .source_map = map_of(edge.presynaptic),
                               .target_map = map_of(edge.postsynaptic),
                               .extent = edge.extent,
                               .stride = edge.stride,
                               .upsample = edge.upsample,
                               .nonlinearity = edge.nonlinearity,
                               .edges = {static_cast<int>(i)}};
        bool merged = false;
        for (auto& earlier : all.convolutions) {
            if (merged || !detail::merges(earlier, one)) continue;
            earlier.edges.push_back(static_cast<int>(i));
            merged = true;
        }
        if (!merged) all.convolutions.push_back(one);
    }
    return all;
}

/// Flags by index. (Not vector<bool>: Clang can't evaluate that of GCC 12's library at compile time.)
using flags = std::vector<std::uint8_t>;

/// What a caller reads of a run. Vectors are empty for none, or have an entry for each neuron type or area.
struct reads {
    bool answer = true;                     ///< the last area's output at the last step
    bool every_answer = false;              ///< and at every other one
    bool final_states = false;              ///< of all types at the last step
    flags states{}, outputs{}, feedback{};  ///< at every step
    std::vector<int> silenced_from{};       ///< by neuron type: the step from which its state is 0; 0 for never
};

/// Which values of a run are read, directly or on the way to what is. Steps count from 1.
struct liveness {
    int steps = 0;
    std::vector<flags> states;    ///< [step][neuron type]
    std::vector<flags> outputs;   ///< [step][area]
    std::vector<flags> feedback;  ///< [step][area]: what the area will hear at the next step

    constexpr bool state(int step, int type) const {
        return states[static_cast<std::size_t>(step)][static_cast<std::size_t>(type)];
    }
    constexpr bool output(int step, int area) const {
        return outputs[static_cast<std::size_t>(step)][static_cast<std::size_t>(area)];
    }
    constexpr bool fed_back(int step, int area) const {
        return feedback[static_cast<std::size_t>(step)][static_cast<std::size_t>(area)];
    }
};

namespace detail {

constexpr bool entry(const flags& list, std::size_t index) { return !list.empty() && list[index]; }

/// Walks from the last step to the first, and at each step from the last value computed to the first.
class liveness_walk {
  public:
    constexpr liveness_walk(const network& network, int steps, const reads& reads) : network_(network), reads_(reads) {
        const auto rows = static_cast<std::size_t>(steps) + 1;
        live_.steps = steps;
        live_.states.assign(rows, flags(network.types.size(), false));
        live_.outputs.assign(rows, flags(network.areas.size(), false));
        live_.feedback.assign(rows, flags(network.areas.size(), false));
    }

    constexpr liveness walk() {
        for (int t = live_.steps; t >= 1; --t) {
            for (std::size_t area = 0; area < network_.areas.size(); ++area)
                row(live_.feedback, t)[area] = feedback_is_read(t, area);
            for (std::size_t area = network_.areas.size(); area-- > 0;) {
                row(live_.outputs, t)[area] = output_is_read(t, area);
                const auto& of = network_.areas[area];
                for (int type = of.first_type; type < of.first_type + of.types; ++type)
                    row(live_.states, t)[static_cast<std::size_t>(type)] =
                        !is_silent(t, static_cast<std::size_t>(type)) &&
                        state_is_read(t, static_cast<std::size_t>(type));
            }
        }
        return live_;
    }

  private:
    static constexpr flags& row(std::vector<flags>& table, int t) { return table[static_cast<std::size_t>(t)]; }
    constexpr bool is_silent(int t, std::size_t type) const {
        return !reads_.silenced_from.empty() && reads_.silenced_from[type] > 0 && t >= reads_.silenced_from[type];
    }
    /// Whether the target of an edge is computed at step t.
    constexpr bool target_is_live(const edge& edge, int t) const {
        return edge.to_output() ? live_.output(t, edge.area) : live_.state(t, edge.postsynaptic);
    }
    constexpr bool area_reads(std::size_t area, edge::source from, int t) const {
        for (const auto& edge : network_.edges_of(network_.areas[area]))
            if (edge.from == from && target_is_live(edge, t)) return true;
        return false;
    }
    constexpr bool feedback_is_read(int t, std::size_t area) const {
        bool is_sent = false;
        for (const auto& edge : network_.feedback) is_sent |= edge.to == static_cast<int>(area);
        if (!is_sent) return false;
        return entry(reads_.feedback, area) || (t < live_.steps && area_reads(area, edge::source::top_down, t + 1));
    }
    constexpr bool output_is_read(int t, std::size_t area) const {
        if (entry(reads_.outputs, area)) return true;
        const bool is_last = area + 1 == network_.areas.size();
        if (is_last && (reads_.every_answer || (reads_.answer && t == live_.steps))) return true;
        const int heard = t + network_.area_delay;
        if (!is_last && heard <= live_.steps && area_reads(area + 1, edge::source::stimulus, heard)) return true;
        for (const auto& edge : network_.feedback)
            if (edge.from == static_cast<int>(area) && live_.fed_back(t, edge.to)) return true;
        return false;
    }
    constexpr bool state_is_read(int t, std::size_t type) const {
        if (entry(reads_.states, type) || (reads_.final_states && t == live_.steps)) return true;
        if (t < live_.steps && live_.state(t + 1, static_cast<int>(type))) return true;
        for (const auto& edge : network_.edges_of(network_.areas[static_cast<std::size_t>(network_.types[type].area)]))
            if (edge.presynaptic == static_cast<int>(type)) {
                if (edge.to_output() ? live_.output(t, edge.area)
                                     : t < live_.steps && live_.state(t + 1, edge.postsynaptic))
                    return true;
            }
        return false;
    }

    const network& network_;
    const reads& reads_;
    liveness live_;
};

}  // namespace detail

constexpr liveness live_values(const network& network, int steps, const reads& reads) {
    return detail::liveness_walk(network, steps, reads).walk();
}

}  // namespace cortexpr::plan
