#pragma once
// What run(...) takes besides its input, in the user's names: steps, probes, perturbations. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/run/continuous.hpp>
#include <cortexpr/run/perturbation.hpp>

#include <optional>

namespace cortexpr {

/// For how many steps a still image is shown.
struct steps {
    int count = 1;  ///< at least 1
};

/// The same as a constant, so that a query for a later step does not compile.
template <int Count>
struct step_count {
    static_assert(Count >= 1, "[cortexpr] a run has at least one step; write step_count<5>{}");
};

/// Logits of every step, (T, B, classes), instead of those of the last.
struct all_logits {};

/// Record the state of a neuron type at every step: record<V1, E>{}; where there is one area, record<E>{}.
template <class... Names>
struct record {};

/// Record the output of an area at every step: record_output<V1>{}; where there is one area, record_output<>{}.
template <class... Area>
struct record_output {};

/// Record the feedback that is sent to an area at the end of every step.
template <class... Area>
struct record_feedback {};

// Perturbations, of some steps (the first is 1) and, for those of a neuron type, of some of its neurons:
// clamp<V1, E>{.value = 1, .from = 2, .to = 4, .where = {.subtypes = {3}}}; in a network of one area, clamp<E>{}.
// Several may act on the same thing; where they hold the same state, the last one counts.

/// The state of a neuron type is 0; the biases of its edges still act. silence<feedback<V2, V1>>{} is what V1 hears of
/// V2: the same as cut<feedback<V2, V1>>{}.
template <class... Names>
struct silence {
    int from = 1;             ///< the first step, counted from 1
    std::optional<int> to{};  ///< the last one; none: that of the run
    perturbed_part where{};   ///< which neurons, and images of the batch; by default all
};

/// The state of a neuron type is held at a value, which no gradient passes.
template <class... Names>
struct clamp {
    double value = 0;         ///< the rate; below 0 only where the type may have negative rates
    int from = 1;             ///< the first step, counted from 1
    std::optional<int> to{};  ///< the last one; none: that of the run
    perturbed_part where{};   ///< which neurons, and images of the batch; by default all
};

/// A current that is added to the drive of a neuron type, before its nonlinearity.
template <class... Names>
struct inject {
    double current = 0;       ///< in units of the drive z
    int from = 1;             ///< the first step, counted from 1
    std::optional<int> to{};  ///< the last one; none: that of the run
    perturbed_part where{};   ///< which neurons, and images of the batch; by default all
};

/// Currents from N(0, deviation), others for each neuron, image and step, from the network's generator.
template <class... Names>
struct noise {
    double deviation = 0;     ///< standard deviation, from 0, in units of the drive z
    int from = 1;             ///< the first step, counted from 1
    std::optional<int> to{};  ///< the last one; none: that of the run
    perturbed_part where{};   ///< which neurons, and images of the batch; by default all
};

/// The weights of an edge, scale_edge<V1, E, I>{.factor = 0.5}, or of scale_edge<feedback<V2, V1>>, are this many times
/// as large; the bias stays.
template <class... NamesWithToOutput>
struct scale_edge {
    double factor = 1;        ///< from 0; usage_error below it, for that would turn the sign
    int from = 1;             ///< the first step, counted from 1
    std::optional<int> to{};  ///< the last one; none: that of the run
};

/// Nothing passes an edge, cut<V1, E, I>{}, or cut<feedback<V2, V1>>{}: neither weights nor bias. Feedback that was
/// sent before is still heard.
template <class... NamesWithToOutput>
struct cut {
    int from = 1;             ///< the first step, counted from 1
    std::optional<int> to{};  ///< the last one; none: that of the run
};

/// The time constants of a neuron type are not learnt, and have this value if there is one.
template <class... Names>
struct freeze_tau {
    std::optional<double> value{};  ///< in steps, at least 1; none: as they are
    int from = 1;                   ///< the first step, counted from 1
    std::optional<int> to{};        ///< the last one; none: that of the run
};

}  // namespace cortexpr
