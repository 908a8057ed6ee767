#pragma once
// What is known of each step before a run: which values are zero, constant over the steps, or needed. Executors skip
// work by these facts and tables count by them. Steps count from 1; a state after step 0 is the initial one.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/liveness.hpp>

#include <utility>

namespace cortexpr::plan {

/// What of a run's request decides which work is needed.
struct run {
    int steps = 1;
    bool is_sequence = false;  ///< an image for each step
    plan::requested requested{};
    flags starts_at_zero{};           ///< by neuron type; empty: as declared
    flags feedback_starts_at_zero{};  ///< by area; empty: as declared
};

/// Whether each of the readout's features is one value of a plain sum, so that its gradient reaches one position only.
constexpr bool maxima_are_sparse(const network& network) {
    if (!network.has_readout() || network.readout.pool != pool_mode::max) return false;
    if (network.areas.back().output_nonlinearity != activation::none) return false;
    for (const auto& edge : network.edges_of(network.areas.back()))
        if (edge.to_output() &&
            (edge.nonlinearity != activation::none || edge.upsample || edge.from == edge::source::top_down))
            return false;
    return true;
}

/// `Edge` is an edge or a merged convolution.
class run_facts {
  public:
    constexpr run_facts(const plan::network& network, plan::run run)
        : network_(network),
          run_(std::move(run)),
          schedule_(schedule_of(network)),
          live_(live_values(network, run_.steps, run_.requested)) {}

    constexpr const plan::network& network() const { return network_; }
    constexpr const plan::run& run() const { return run_; }
    constexpr const plan::schedule& schedule() const { return schedule_; }
    constexpr const liveness& live() const { return live_; }
    constexpr int steps() const { return run_.steps; }
    constexpr bool is_sequence() const { return run_.is_sequence; }

    // Whether what is driven at step t is needed.
    constexpr bool is_live(const edge& edge, int t) const {
        return edge.to_output() ? live_.output(t, edge.area) : live_.state(t, edge.postsynaptic);
    }
    constexpr bool is_live(const feedback_edge& edge, int t) const { return live_.fed_back(t, edge.to); }
    constexpr bool is_live(const merged_convolution& one, int t) const {
        for (const int index : one.edges)
            if (is_live(edge_at(index), t)) return true;
        return false;
    }
    /// Whether any type of a state map is needed after step t.
    constexpr bool map_is_live(int map, int t) const {
        for (const int type : schedule_.maps[index(map)].types)
            if (live_.state(t, type)) return true;
        return false;
    }

    /// Whether the stimulus drives states: such a convolution waits for no state, so all steps can be computed before
    /// the loop.
    template <class Edge>
    static constexpr bool is_stimulus_drive(const Edge& one) {
        return one.area == 0 && one.from == edge::source::stimulus && !one.to_output();
    }
    /// Whether that drive is the same at every step: the stimulus is a still image. A type that is live at any step is
    /// live at step 1, so what step 1 needs is what all steps need.
    template <class Edge>
    constexpr bool is_constant_drive(const Edge& one) const {
        return !run_.is_sequence && is_stimulus_drive(one);
    }

    constexpr bool is_silenced(int type, int t) const { return run_.requested.silences(index(type), t); }
    /// Whether a state is 0 everywhere after step t.
    constexpr bool state_is_zero(int type, int t) const {
        if (t > 0) return is_silenced(type, t);
        const auto own = index(type);
        return run_.starts_at_zero.empty() ? network_.types[own].initial_state == fill::zeros
                                           : run_.starts_at_zero[own] != 0;
    }
    /// Whether the feedback that an area receives at step t is 0 everywhere.
    constexpr bool feedback_is_zero(int area, int t) const {
        if (feedback_is_sent(area, t)) return false;
        const auto own = index(area);
        return run_.feedback_starts_at_zero.empty() ? network_.areas[own].initial_feedback == fill::zeros
                                                    : run_.feedback_starts_at_zero[own] != 0;
    }
    /// The step whose value a convolution reads at step t.
    template <class Edge>
    constexpr int source_step(const Edge& one, int t) const {
        return plan::source_step(network_, one, t);
    }
    /// Whether what is read at step t is 0 everywhere.
    constexpr bool source_is_zero(const edge& edge, int t) const {
        if (edge.from == edge::source::top_down) return feedback_is_zero(edge.area, t);
        return edge.from == edge::source::neuron_type && state_is_zero(edge.presynaptic, source_step(edge, t));
    }
    constexpr bool source_is_zero(const merged_convolution& one, int t) const {
        for (const int index : one.edges)
            if (!source_is_zero(edge_at(index), t)) return false;
        return true;
    }
    /// Whether the source was computed by this run, and so needs a gradient; initial values and the stimulus need none
    /// unless the caller asks for it.
    constexpr bool source_has_gradient(const edge& edge, int t) const {
        if (edge.from == edge::source::stimulus) return reads_output_below(edge.area, t);
        if (edge.from == edge::source::top_down) return feedback_is_sent(edge.area, t);
        return source_step(edge, t) > 0;
    }

    /// Whether what an area reads at step t is an output that this run has computed.
    constexpr bool reads_output_below(int area, int t) const { return area > 0 && t > stimulus_delay(network_, area); }
    /// Whether the feedback that an area hears at step t was sent in this run.
    constexpr bool feedback_is_sent(int area, int t) const { return is_fed(area) && t > feedback_delay; }
    /// Whether an area's stimulus is the same at all steps.
    constexpr bool has_constant_stimulus(int area) const { return area == 0 && !run_.is_sequence; }

    constexpr bool is_fed(int area) const { return network_.is_fed(area); }
    /// Whether the output of an area is read by other areas.
    constexpr bool output_has_readers(int area) const {
        return area + 1 < static_cast<int>(network_.areas.size()) || network_.sends_feedback(area);
    }
    /// Whether the stimulus of an area changes at step t: it is an image of a sequence, or the output of the area below
    /// at a step that is needed. A still image is there before the first step.
    constexpr bool stimulus_arrives(int area, int t) const {
        if (area == 0) return run_.is_sequence;
        const int sent = t - stimulus_delay(network_, area);
        return sent == 0 || live_.output(sent, area - 1);
    }

    constexpr bool has_answer(int t) const {
        return run_.requested.every_answer || (run_.requested.answer && t == run_.steps);
    }
    /// Whether step t has logits, for which the readout pools the last area's output.
    constexpr bool has_features(int t) const { return network_.has_readout() && has_answer(t); }
    /// Whether more than the readout reads the last area's output, so that a whole map of gradients arrives.
    constexpr bool answer_has_other_readers(int t) const {
        if (!run_.requested.outputs.empty() && run_.requested.outputs.back()) return true;
        for (const auto& edge : network_.feedback)
            if (edge.from + 1 == static_cast<int>(network_.areas.size()) && is_live(edge, t)) return true;
        return false;
    }

  private:
    constexpr const edge& edge_at(int number) const { return network_.edges[index(number)]; }

    const plan::network& network_;
    plan::run run_;
    plan::schedule schedule_;
    liveness live_;
};

}  // namespace cortexpr::plan
