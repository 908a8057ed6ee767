#pragma once
// The rules by which the schedule does less than one convolution for each edge and step, and what they ask of a run:
// what is read, what is known to be 0, what is the same at every step.

#include <cortexpr/schedule/winograd.hpp>

#include <string_view>

namespace cortexpr::plan {

/// In the order in which they are applied: each rule spares what it takes from what those before it left.
enum class saving : std::uint8_t {
    unread_outputs,
    unread_states,
    still_input,
    zero_states,
    unasked_gradients,
    sparse_maxima,
    spread_adjoints,
    merged_convolutions,
    tiles,
    fused_pointwise
};
inline constexpr int saving_count = 10;

struct saving_words {
    std::string_view name, meaning;
};

constexpr saving_words words_of(saving saving) {
    switch (saving) {
        case saving::unread_outputs:
            return {"unread outputs", "an output is computed at the steps at which somebody reads it"};
        case saving::unread_states:
            return {"unread states", "so is a state, and what is fed back; a lesioned type's is not"};
        case saving::still_input:
            return {"input out of the time loop", "a still image gives the same at every step"};
        case saving::zero_states:
            return {"zero states", "a convolution of zeros (starts, lesions) gives zeros"};
        case saving::unasked_gradients:
            return {"unasked gradients",
                    "nobody asks for those of the image and of starts (autograd spares them, too)"};
        case saving::sparse_maxima:
            return {"sparse maxima", "the readout's maxima send their gradients to the places that they came from"};
        case saving::spread_adjoints:
            return {"spread half grids", "the way back from a half grid multiplies zeros between its places: a cost"};
        case saving::merged_convolutions:
            return {"merged convolutions", "edges of one source and target map read and write it together"};
        case saving::tiles:
            return {"tiles", "Winograd's multiply less, where that pays; carrying maps to their points is not counted"};
        case saving::fused_pointwise:
            return {"fused pointwise", "sums start from what is there; nonlinearity and leaky step are one pass"};
    }
    return {};
}

/// The first rules of the list, so many.
struct applied_savings {
    int count = saving_count;
    constexpr bool has(saving saving) const { return static_cast<int>(saving) < count; }
};

/// The run whose work is counted: it starts as declared; a gradient arrives for all that is read, and is wanted for all
/// parameters, but not for what the run is given.
struct run {
    int steps = 1;
    plan::reads reads{};
    bool is_sequence = false;  ///< an image for each step
};

/// Whether each of the readout's features comes from one place of a plain sum, to which its gradient goes straight
/// back.
constexpr bool maxima_are_sparse(const network& network) {
    if (!network.is_classifier() || network.readout.pool != pool_mode::max) return false;
    if (network.areas.back().output_nonlinearity != activation::none) return false;
    for (const auto& edge : network.edges_of(network.areas.back()))
        if (edge.to_output() &&
            (edge.nonlinearity != activation::none || edge.upsample || edge.from == edge::source::top_down))
            return false;
    return true;
}

/// What is known of a run before it runs. Steps count from 1; a state "after step 0" is its start.
class known_run {
  public:
    constexpr known_run(const plan::network& network, const run& run)
        : network_(network),
          run_(run),
          live_(live_values(network, run.steps, run.reads)),
          sums_go_by_tiles_(plan::sums_go_by_tiles(network)) {
        weight_is_at_points_.assign(network.parameters.size(), false);
        const auto mark = [this](const auto& edge) {
            weight_is_at_points_[static_cast<std::size_t>(edge.weight)] = true;
        };
        for (const auto& one : schedule_of(network).convolutions)
            if (pays_by_tiles(network, one))
                for (const int index : one.edges) mark(network.edges[static_cast<std::size_t>(index)]);
        for (const auto& edge : network.feedback)
            if (pays_by_tiles(edge)) mark(edge);
    }

    constexpr const plan::network& network() const { return network_; }
    constexpr int steps() const { return run_.steps; }
    constexpr bool is_sequence() const { return run_.is_sequence; }
    constexpr const liveness& live() const { return live_; }

    /// Whether what an edge drives at a step is read.
    constexpr bool is_read(const edge& edge, int t) const {
        return edge.to_output() ? live_.output(t, edge.area) : live_.state(t, edge.postsynaptic);
    }
    constexpr bool is_read(const feedback_edge& edge, int t) const { return live_.fed_back(t, edge.to); }
    constexpr bool is_still(const edge& edge) const {
        return !run_.is_sequence && edge.area == 0 && edge.from == edge::source::stimulus && !edge.to_output();
    }
    constexpr bool is_silent(int type, int t) const {
        const auto& from = run_.reads.silenced_from;
        const auto index = static_cast<std::size_t>(type);
        return t > 0 && !from.empty() && from[index] > 0 && t >= from[index];
    }
    /// After which step an edge reads its source's state.
    static constexpr int state_step(const edge& edge, int t) { return edge.to_output() ? t : t - 1; }
    /// Whether what an edge reads at a step is 0 everywhere.
    constexpr bool source_is_zero(const edge& edge, int t) const {
        if (edge.from == edge::source::top_down)
            return area_of(edge).initial_feedback == fill::zeros && (t == 1 || !is_fed(edge.area));
        if (edge.from == edge::source::stimulus) return false;
        const int step = state_step(edge, t);
        if (step > 0) return is_silent(edge.presynaptic, step);
        return network_.types[static_cast<std::size_t>(edge.presynaptic)].initial_state == fill::zeros;
    }
    /// Whether anybody feeds back to an area.
    constexpr bool is_fed(int area) const {
        for (const auto& edge : network_.feedback)
            if (edge.to == area) return true;
        return false;
    }
    /// Whether an edge's source was computed, and so needs its gradient; who is given something wants none.
    constexpr bool source_has_gradient(const edge& edge, int t) const {
        if (edge.from == edge::source::stimulus) return edge.area > 0 && t > network_.area_delay;
        if (edge.from == edge::source::top_down) return t > 1 && is_fed(edge.area);
        return state_step(edge, t) > 0;
    }
    /// Whether the gradients of an edge, or of one of feedback, go by tiles; and sums, if any do.
    template <class Edge>
    constexpr bool is_by_tiles(const Edge& edge) const {
        return weight_is_at_points_[static_cast<std::size_t>(edge.weight)];
    }
    constexpr bool sums_go_by_tiles() const { return sums_go_by_tiles_; }
    constexpr bool has_answer(int t) const { return run_.reads.every_answer || (run_.reads.answer && t == run_.steps); }
    /// Whether somebody besides the readout reads the last area's output, and so a map of gradients arrives.
    constexpr bool answer_has_other_readers(int t) const {
        if (!run_.reads.outputs.empty() && run_.reads.outputs.back()) return true;
        for (const auto& edge : network_.feedback)
            if (edge.from + 1 == static_cast<int>(network_.areas.size()) && is_read(edge, t)) return true;
        return false;
    }

  private:
    constexpr const area& area_of(const edge& edge) const {
        return network_.areas[static_cast<std::size_t>(edge.area)];
    }

    const plan::network& network_;
    plan::run run_;
    liveness live_;
    flags weight_is_at_points_{};  ///< by parameter
    bool sums_go_by_tiles_;
};

}  // namespace cortexpr::plan
