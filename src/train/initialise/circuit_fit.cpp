#include "circuit_fit.hpp"

#include "../../executors/aten/equations.hpp"
#include "../../executors/aten/nonlinearity.hpp"
#include "../loop_gain.hpp"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace cortexpr {

namespace {

using source = plan::edge::source;

constexpr double least = 1e-6;  // a channel with less spread, or a smaller mean, is left as it was drawn

/// aim / found, and 1 where there is next to nothing to scale.
at::Tensor ratio(const at::Tensor& aim, const at::Tensor& found) {
    return at::where((found > least).logical_and(aim > least), aim / found, at::ones_like(found));
}
at::Tensor ratio(double aim, const at::Tensor& found) { return ratio(at::full_like(found, aim), found); }

/// What an edge gives of a recording, step by step: phi(W * x + b), or W * x alone.
template <class Edge>
at::Tensor given(const Edge& one, const std::vector<at::Tensor>& parameters, const at::Tensor& recording) {
    return executors::carried(one, parameters, recording.flatten(0, 1))
        .unflatten(0, {recording.size(0), recording.size(1)});
}
template <class Edge>
at::Tensor linear_part(Edge one, const std::vector<at::Tensor>& parameters, const at::Tensor& recording) {
    one.nonlinearity = activation::none;
    one.bias = -1;
    return given(one, parameters, recording);
}

/// Whether the bias of an edge can move a drive up or down: by its sign, if its source has one, and not through a
/// nonlinearity.
bool can_move(const plan::edge& one, bool down) {
    return one.bias >= 0 && one.nonlinearity == activation::none && (!one.non_negative || (one.sign < 0) == down);
}

}  // namespace

circuit_fit::circuit_fit(network_module& network, const balanced_aims& aims, const at::Tensor& inputs, int steps)
    : network_(network),
      plan_(network.plan()),
      aims_(aims),
      inputs_(inputs),
      steps_(steps),
      order_(order_of(network.plan())) {
    for (int i = 0; i < static_cast<int>(plan_.parameters.size()); ++i) parameters_.push_back(network.parameter(i));
    for (const auto& one : parameters_) drawn_.push_back(one.detach().clone());
}

void circuit_fit::fit() {
    constexpr int settling = 3, most_rounds = 14;  // beyond those that the first response takes
    steps_ = std::max(steps_, order_.steps + 1);
    const int arrived = order_.steps;
    for (int round = 0, calm = 0; calm < settling && round < arrived + most_rounds; ++round) {
        const observed seen(network_, inputs_, steps_);
        if (!seen.is_bounded()) {
            weaken_loops();
            continue;
        }
        if (round >= arrived + settling) {
            const double gain = loop_gain(network_, state_after(seen.run(), inputs_));
            calm = gain <= aims_.most_gain ? calm + 1 : 0;
            if (calm == 0) loop_share_ *= std::max(0.5, 0.8 * aims_.most_gain / gain);
        }
        std::vector<at::Tensor> before;
        for (const auto& one : parameters_) before.push_back(one.detach().clone());
        fit_types(seen);
        for (const auto& area : plan_.areas) fit_output(area, seen);
        fit_feedback(seen);
        // Half the way: what a loop carries changes with each of its edges.
        if (round < arrived) continue;
        for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].add_(before[i]).mul_(0.5);
    }
    for (int tries = 0; tries < most_rounds && !observed(network_, inputs_, steps_).is_bounded(); ++tries)
        weaken_loops();
}

/// Of a network that ran away: what closes loops makes it do that.
void circuit_fit::weaken_loops() {
    constexpr double by = 0.1;
    loop_share_ *= 0.5;
    for (std::size_t i = 0; i < plan_.edges.size(); ++i)
        if (!order_.brings[i] && !plan_.edges[i].to_output()) parameter(plan_.edges[i].weight).mul_(by);
    for (const auto& one : plan_.feedback) parameter(one.weight).mul_(by);
}

void circuit_fit::set_step_gains() {
    const observed seen(network_, inputs_, steps_);
    const auto set = [&](const auto& edge) {
        const auto& kernel = plan_.parameters[static_cast<std::size_t>(edge.weight)];
        const double inputs = static_cast<double>(kernel.size()) / kernel.shape[0];
        const auto rms = seen.heard_by(edge).square().mean().sqrt().template item<double>();
        const double gain = aims_.step_gain * std::min(1.0, aims_.most_input / std::max(inputs * rms, least));
        network_.step_gain(edge.weight, gain);
        if (edge.bias >= 0) network_.step_gain(edge.bias, gain);
    };
    for (const auto& one : plan_.edges) set(one);
    for (const auto& one : plan_.feedback) set(one);
}

at::Tensor circuit_fit::counted_spread(const moments& found) const {
    return at::maximum(found.spread, aims_.least_share * found.mean.abs());
}

void circuit_fit::scale(carried_signal& signal, const at::Tensor& by_target) {
    parameter(signal.edge->weight).mul_(by_target.view({-1, 1, 1, 1}));
    signal.linear.mean = signal.linear.mean * by_target;
    signal.linear.spread = signal.linear.spread * by_target;
}

/// Turns a kernel that keeps no sign away from the mean of what it hears, channel by channel: where that is large
/// against the differences between images, as it is of an area's output, borders and transients would drown them.
template <class Edge>
void circuit_fit::read_differences(const Edge& one, const at::Tensor& recording) {
    const auto index = static_cast<std::size_t>(one.weight);
    const auto& drawn = drawn_[index];
    const bool is_free = plan_.parameters[index].constraint == plan::parameter::bound::free;
    const auto channels = recording.size(2);
    if (!is_free || channels < 2 || drawn.size(1) != channels) return;  // one channel, or groups of them
    const auto mean = recording.mean({0, 1, 3, 4});
    const auto differences = recording.var(0, /*unbiased=*/false).mean();
    const auto along = (drawn * mean.view({1, -1, 1, 1})).sum(1, /*keepdim=*/true);
    const auto share = along / (mean.square().sum() + differences).clamp_min(least);
    parameters_[index].copy_(drawn - share * mean.view({1, -1, 1, 1}));
}

circuit_fit::carried_signal circuit_fit::signal_of(const plan::edge& one, const observed& seen, bool brings) {
    read_differences(one, seen.heard_by(one));
    return {&one, moments_of(linear_part(one, parameters_, seen.heard_by(one))), brings};
}

void circuit_fit::fit_types(const observed& seen) {
    for (int type = 0; type < static_cast<int>(plan_.types.size()); ++type) fit_type(type, seen);
}

void circuit_fit::fit_type(int type, const observed& seen) {
    std::vector<carried_signal> into;
    for (std::size_t i = 0; i < plan_.edges.size(); ++i)
        if (plan_.edges[i].postsynaptic == type) into.push_back(signal_of(plan_.edges[i], seen, order_.brings[i]));
    std::vector<carried_signal*> bringing, others;
    for (auto& one : into) (one.brings ? bringing : others).push_back(&one);
    for (auto* one : others) scale(*one, ratio(aims_.recurrent_std * loop_share_, counted_spread(one->linear)));
    balance_classes(others);
    if (!bringing.empty()) fit_first_response(type, bringing);
    fit_mean(type, into, seen);
}

/// Scales the edges together so that the spread of what they add is the aim; or its root mean square, in channels whose
/// mean no bias can bring to the aim.
void circuit_fit::fit_first_response(int type, std::vector<carried_signal*>& bringing) {
    const bool is_signed = can_be_negative(type_at(type).nonlinearity);
    const double share = bringing.front()->edge->from == source::top_down ? loop_share_ : 1.0;
    const double aim = (is_signed ? aims_.signed_std : aims_.drive_std) * share;
    const double aimed_mean = is_signed ? aims_.signed_mean : aims_.drive_mean;
    if (bringing.size() > 1) {
        for (auto* one : bringing) scale(*one, ratio(1.0, counted_spread(one->linear)));
        balance_classes(bringing);
    }
    // The parts' spreads are added as if they were independent.
    at::Tensor mean, variance;
    for (const auto* one : bringing) {
        executors::accumulate(mean, one->edge->sign, one->linear.mean);
        executors::accumulate(variance, 1, one->linear.spread.square());
    }
    bool lowers = false, raises = false;
    for (const auto& one : plan_.edges) {
        if (one.postsynaptic != type) continue;
        lowers |= can_move(one, true);
        raises |= can_move(one, false);
    }
    const auto movable =
        at::where(mean > aimed_mean, at::full_like(mean, lowers, at::kBool), at::full_like(mean, raises, at::kBool));
    const auto spread = at::where(movable, counted_spread({mean, variance.sqrt()}), (variance + mean.square()).sqrt());
    for (auto* one : bringing) scale(*one, ratio(aim, spread));
}

/// Scales inhibitory edges, so that in each channel they take on average what the excitatory ones give.
void circuit_fit::balance_classes(const std::vector<carried_signal*>& signals) {
    at::Tensor excitation, inhibition;
    for (const auto* one : signals)
        if (one->edge->from != source::stimulus && one->edge->non_negative)
            executors::accumulate(one->edge->sign > 0 ? excitation : inhibition, 1, one->linear.mean);
    if (!excitation.defined() || !inhibition.defined()) return;
    for (auto* one : signals)
        if (one->edge->from != source::stimulus && one->edge->non_negative && one->edge->sign < 0)
            scale(*one, ratio(excitation, inhibition));
}

at::Tensor circuit_fit::mean_carried(const carried_signal& signal, const observed& seen) {
    if (signal.edge->nonlinearity == activation::none) return signal.linear.mean;
    return moments_of(given(*signal.edge, parameters_, seen.heard_by(*signal.edge))).mean;
}

/// Biases that bring the mean of a type's drive to the aim: of a free edge, else of those with the right sign.
void circuit_fit::fit_mean(int type, const std::vector<carried_signal>& into, const observed& seen) {
    at::Tensor mean;
    for (const auto& one : into) executors::accumulate(mean, one.edge->sign, mean_carried(one, seen));
    const bool is_signed = can_be_negative(type_at(type).nonlinearity);
    auto lacking = (is_signed ? aims_.signed_mean : aims_.drive_mean) - mean;
    for (const bool free : {true, false})
        for (const auto& [one, linear, brings] : into) {
            if (one->non_negative == free || !(can_move(*one, true) || can_move(*one, false))) continue;
            const auto bias = free ? lacking * one->sign : (lacking * one->sign).clamp_min(0);
            parameter(one->bias).copy_(bias);
            lacking = lacking - bias * one->sign;
        }
}

/// An area's output has the aimed spread; each source gives an equal part.
void circuit_fit::fit_output(const plan::area& area, const observed& seen) {
    std::vector<carried_signal> into;
    for (const auto& one : plan_.edges_of(area))
        if (one.to_output()) into.push_back(signal_of(one, seen, false));
    const double aim = aims_.output_std / std::sqrt(static_cast<double>(into.size()));
    const bool is_linear = area.output_nonlinearity == activation::none;
    for (auto& one : into) {
        const auto& found = one.linear;
        const auto spread = is_linear ? counted_spread(found) : (found.spread.square() + found.mean.square()).sqrt();
        scale(one, ratio(one.edge->from == source::top_down ? aim * loop_share_ : aim, spread));
    }
}

void circuit_fit::fit_feedback(const observed& seen) {
    for (const auto& one : plan_.feedback) {
        read_differences(one, seen.heard_by(one));
        const auto found = moments_of(linear_part(one, parameters_, seen.heard_by(one)));
        parameter(one.weight).mul_(ratio(aims_.output_std, counted_spread(found)).view({-1, 1, 1, 1}));
    }
}

}  // namespace cortexpr
