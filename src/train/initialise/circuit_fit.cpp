#include "circuit_fit.hpp"

#include "../../executors/aten/equations.hpp"
#include "../image_moments.hpp"
#include "../loop_gain.hpp"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

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
    return executors::edge_term(one, parameters, recording.flatten(0, 1))
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
    drawn_ = copies();
}

void circuit_fit::fit() {
    steps_ = std::max(steps_, order_.steps + 1);
    fit_stages();
    close_loops();
}

/// With loops open, what is fitted in a stage hears only what earlier stages have fitted: one fit of each is enough.
void circuit_fit::fit_stages() {
    for (const auto& one : plan_.edges)
        if (closes_loops(one)) parameter(one.weight).zero_();
    for (int stage = 0; stage < order_.stages; ++stage) {
        const observed seen(network_, inputs_, steps_);
        for (int type = 0; type < static_cast<int>(plan_.types.size()); ++type) {
            if (order_.type_stage[static_cast<std::size_t>(type)] != stage) continue;
            turn_to_rare_drives(type, seen);
            fit_type(type, seen);
        }
        for (std::size_t area = 0; area < plan_.areas.size(); ++area)
            if (order_.output_stage[area] == stage) fit_output(plan_.areas[area], seen);
        if (order_.feedback_stage == stage) fit_feedback(seen);
    }
}

/// What a loop carries changes with each of its edges: so each fit goes half the way, and loops close by steps. What
/// makes the network run away, or its loops unstable, is taken back, and loops stay weaker.
void circuit_fit::close_loops() {
    // Not tuned.
    constexpr int settled = 5, most_rounds = 20;
    constexpr double growth = 2.0;
    double most_share = 1.0;
    auto stable = copies();
    std::optional<observed> seen;  // of what is stable
    bool is_open = true;           // what is stable has no loops yet
    for (int round = 0, calm = 0; round < most_rounds; ++round) {
        observed now(network_, inputs_, steps_);
        if (!seen || is_stable(now)) {
            is_open = !seen;
            seen.emplace(std::move(now));
            stable = copies();
            if (!is_open && loop_share_ < most_share)
                loop_share_ = std::min(most_share, loop_share_ * growth);
            else if (!is_open && ++calm == settled)
                break;
        } else {
            restore(stable);
            most_share = loop_share_ /= growth;
            calm = 0;
        }
        if (is_open) draw_loops();
        fit_all(*seen);
        for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].add_(stable[i]).mul_(0.5);
    }
    restore(stable);
}

bool circuit_fit::is_stable(const observed& seen) {
    return seen.is_bounded() && loop_gain(network_, state_after(plan_, seen.run(), inputs_)) <= aims_.most_gain;
}

void circuit_fit::fit_all(const observed& seen) {
    fits_loops_ = true;
    for (int type = 0; type < static_cast<int>(plan_.types.size()); ++type) fit_type(type, seen);
    for (const auto& area : plan_.areas) fit_output(area, seen);
    fit_feedback(seen);
}

/// What brings no first response; and feedback that an area's output hears directly.
bool circuit_fit::closes_loops(const plan::edge& edge) const {
    return edge.to_output() ? edge.from == source::top_down : !brings(edge);
}

/// What closes loops, as it was drawn.
void circuit_fit::draw_loops() {
    for (const auto& one : plan_.edges)
        if (closes_loops(one)) parameter(one.weight).copy_(drawn_[static_cast<std::size_t>(one.weight)]);
}

std::vector<at::Tensor> circuit_fit::copies() const {
    std::vector<at::Tensor> all;
    for (const auto& one : parameters_) all.push_back(one.detach().clone());
    return all;
}

void circuit_fit::restore(const std::vector<at::Tensor>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) parameters_[i].copy_(values[i]);
}

void circuit_fit::set_step_gains() {
    const observed seen(network_, inputs_, steps_);
    const auto set = [&](const auto& edge, double share) {
        const auto& kernel = plan_.parameters[static_cast<std::size_t>(edge.weight)];
        const double inputs = static_cast<double>(kernel.size()) / kernel.shape[0];
        const auto rms = seen.source_of(edge).square().mean().sqrt().template item<double>();
        const double gain = share * aims_.step_gain * std::min(1.0, aims_.most_input / std::max(inputs * rms, least));
        network_.step_gain(edge.weight, gain);
        if (edge.bias >= 0) network_.step_gain(edge.bias, gain);
    };
    for (const auto& one : plan_.edges) {
        const bool has_kink = !one.to_output() && !is_smooth(type_at(one.postsynaptic).nonlinearity);
        set(one, has_kink ? aims_.rectified_gain : 1.0);
    }
    for (const auto& one : plan_.feedback) set(one, 1.0);
}

at::Tensor circuit_fit::counted_spread(const moments& found) const {
    return at::maximum(found.spread, aims_.least_share * found.mean.abs());
}

void circuit_fit::scale(edge_term& term, const at::Tensor& by_target) {
    parameter(term.edge->weight).mul_(by_target.view({-1, 1, 1, 1}));
    term.linear.mean = term.linear.mean * by_target;
    term.linear.spread = term.linear.spread * by_target;
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
    const auto differences = image_moments(recording).variance.to(recording.scalar_type()).mean();
    const auto along = (drawn * mean.view({1, -1, 1, 1})).sum(1, /*keepdim=*/true);
    const auto share = along / (mean.square().sum() + differences).clamp_min(least);
    parameters_[index].copy_(drawn - share * mean.view({1, -1, 1, 1}));
}

circuit_fit::edge_term circuit_fit::term_of(const plan::edge& one, const observed& seen, bool brings) {
    read_differences(one, seen.source_of(one));
    return {&one, moments_of(linear_part(one, parameters_, seen.source_of(one))), brings};
}

/// A kernel and its negative are as likely drawn, but with rates that can't be negative they aren't equivalent: one
/// excites a channel where the stimulus has something rare (ink on a page), the other everywhere else, so that the
/// channel's mean, and its maximum over the map, hardly depend on the image. So what drives a channel that an output
/// hears is rarely high, not rarely low: its third central moment isn't negative. Types that only others hear stay as
/// they were drawn: inhibition learns better with both.
void circuit_fit::turn_to_rare_drives(int type, const observed& seen) {
    const bool is_heard = std::ranges::any_of(
        plan_.edges, [type](const plan::edge& one) { return one.presynaptic == type && one.to_output(); });
    if (!is_heard || can_be_negative(type_at(type).nonlinearity)) return;
    for (const auto& one : plan_.edges) {
        const auto index = static_cast<std::size_t>(one.weight);
        if (one.postsynaptic != type || !brings(one) || one.non_negative) continue;
        read_differences(one, seen.source_of(one));
        const auto drive = linear_part(one, parameters_, seen.source_of(one)).transpose(0, 2).flatten(1);
        const auto skew = (drive - drive.mean(1, /*keepdim=*/true)).pow(3).mean(1);
        const auto sign = at::where(skew < 0, -at::ones_like(skew), at::ones_like(skew)).view({-1, 1, 1, 1});
        parameters_[index].mul_(sign);
        drawn_[index].mul_(sign);
    }
}

void circuit_fit::fit_type(int type, const observed& seen) {
    std::vector<edge_term> into;
    for (const auto& one : plan_.edges)
        if (one.postsynaptic == type && is_fitted(one)) into.push_back(term_of(one, seen, brings(one)));
    std::vector<edge_term*> bringing, others;
    for (auto& one : into) (one.brings ? bringing : others).push_back(&one);
    for (auto* one : others) scale(*one, ratio(aims_.recurrent_std * loop_share_, counted_spread(one->linear)));
    balance_classes(others);
    if (!bringing.empty()) fit_first_response(type, bringing);
    fit_mean(type, into, seen);
}

/// The mean that a type's drive is fitted to. What comes through a nonlinearity of its edge may be bounded, and must
/// not lie below 0 altogether.
double circuit_fit::aimed_mean(int type) const {
    const auto& nonlinearity = type_at(type).nonlinearity;
    if (can_be_negative(nonlinearity)) return aims_.signed_mean;
    if (!is_smooth(nonlinearity)) return aims_.rectified_mean;
    for (const auto& one : plan_.edges)
        if (one.postsynaptic == type && brings(one) && one.nonlinearity != activation::none) return 0;
    return aims_.drive_mean;
}

/// Scales the edges together so that the spread of what they add is the aim; or its root mean square, in channels whose
/// mean no bias can bring to the aim.
void circuit_fit::fit_first_response(int type, std::vector<edge_term*>& bringing) {
    const bool is_signed = can_be_negative(type_at(type).nonlinearity);
    const double share = bringing.front()->edge->from == source::top_down ? loop_share_ : 1.0;
    const double aim = (is_signed ? aims_.signed_std : aims_.drive_std) * share;
    const double aimed = aimed_mean(type);
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
        at::where(mean > aimed, at::full_like(mean, lowers, at::kBool), at::full_like(mean, raises, at::kBool));
    const auto spread = at::where(movable, counted_spread({mean, variance.sqrt()}), (variance + mean.square()).sqrt());
    for (auto* one : bringing) scale(*one, ratio(aim, spread));
}

/// Scales inhibitory edges, so that in each channel they take on average what the excitatory ones give.
void circuit_fit::balance_classes(const std::vector<edge_term*>& terms) {
    at::Tensor excitation, inhibition;
    for (const auto* one : terms)
        if (one->edge->from != source::stimulus && one->edge->non_negative)
            executors::accumulate(one->edge->sign > 0 ? excitation : inhibition, 1, one->linear.mean);
    if (!excitation.defined() || !inhibition.defined()) return;
    for (auto* one : terms)
        if (one->edge->from != source::stimulus && one->edge->non_negative && one->edge->sign < 0)
            scale(*one, ratio(excitation, inhibition));
}

at::Tensor circuit_fit::mean_of(const edge_term& term, const observed& seen) {
    if (term.edge->nonlinearity == activation::none) return term.linear.mean;
    return moments_of(given(*term.edge, parameters_, seen.source_of(*term.edge))).mean;
}

/// Biases that bring the mean of a type's drive to the aim: of a free edge, else of those with the right sign.
void circuit_fit::fit_mean(int type, const std::vector<edge_term>& into, const observed& seen) {
    at::Tensor mean;
    for (const auto& one : into) executors::accumulate(mean, one.edge->sign, mean_of(one, seen));
    auto lacking = aimed_mean(type) - mean;
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
    std::vector<edge_term> into;
    for (const auto& one : plan_.edges_of(area))
        if (one.to_output() && is_fitted(one)) into.push_back(term_of(one, seen, false));
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
        read_differences(one, seen.source_of(one));
        const auto found = moments_of(linear_part(one, parameters_, seen.source_of(one)));
        parameter(one.weight).mul_(ratio(aims_.output_std, counted_spread(found)).view({-1, 1, 1, 1}));
    }
}

}  // namespace cortexpr
