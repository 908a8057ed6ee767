#pragma once
// Which step's value an edge reads: the delays of the equations, in steps. Steps count from 1; the value of step 0 is
// what a run starts from.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/network.hpp>

namespace cortexpr::plan {

/// An area hears at a step what the step before sent as feedback.
inline constexpr int feedback_delay = 1;

/// Neuron types hear states of the step before, an output those of its own step.
constexpr int state_delay(bool to_output) { return to_output ? 0 : 1; }

/// The delay with which an area hears the output of the one below. The lowest hears the stimulus at once.
constexpr int stimulus_delay(const network& network, int area) { return area > 0 ? network.area_delay : 0; }

/// The delay with which an edge, or a merged convolution of edges, reads its source.
template <class Edge>
constexpr int delay_of(const network& network, const Edge& one) {
    if (one.from == edge::source::stimulus) return stimulus_delay(network, one.area);
    return one.from == edge::source::top_down ? feedback_delay : state_delay(one.to_output());
}

/// The step whose value it reads at step t.
template <class Edge>
constexpr int source_step(const network& network, const Edge& one, int t) {
    return t - delay_of(network, one);
}

}  // namespace cortexpr::plan
