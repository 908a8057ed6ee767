#include "continuous.hpp"

#include "../../interruption.hpp"
#include "../../solve/pieces.hpp"
#include "../aten/nonlinearity.hpp"
#include "../aten/resize.hpp"
#include "../changed_network.hpp"
#include "../initial_values.hpp"
#include "../lay_out_states.hpp"
#include "../perturbed_states.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/schedule/liveness.hpp>
#include <cortexpr/schedule/output_loop.hpp>

#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>
#include <memory>

namespace cortexpr::executors {

namespace {

using plan::index;

/// What doesn't change while the input is held: by edge, its term; undefined where that depends on states.
using held_terms = std::vector<at::Tensor>;

/// A network, and what its equation reads. Lives as long as a backward pass may ask for rates.
struct coupled_areas {
    plan::network plan;
    std::shared_ptr<const void> plan_storage;  ///< of a plan that was made for the run
    std::vector<at::Tensor> parameters;
    cortexpr::precision precision;
    std::vector<at::Tensor> feedback;  ///< by area: what is heard always, where no other area sends any
    std::vector<held_terms> held;      ///< by segment
};

/// The rows of some samples from a tensor (B or 1, ...).
at::Tensor rows_of(const at::Tensor& tensor, const at::Tensor& samples) {
    return samples.defined() && tensor.size(0) > 1 ? tensor.index_select(0, samples) : tensor;
}

/// The network at one moment.
class moment_of_areas {
  public:
    moment_of_areas(const coupled_areas& network, const solve::state& states, held_terms held)
        : network_(network),
          states_(states),
          held_(std::move(held)),
          stimuli_(network.plan.areas.size()),
          outputs_(network.plan.areas.size()),
          feedback_(network.feedback) {}

    /// f_j(z_j), by neuron type; where a state is held, that state.
    solve::state targets(const perturbed_states* perturbed, int step, const at::Tensor& samples) {
        interruption::look();
        solve::state drives(states_.size());
        for (std::size_t i = 0; i < network_.plan.edges.size(); ++i) {
            const auto& edge = network_.plan.edges[i];
            if (!edge.to_output()) accumulate(drives[index(edge.postsynaptic)], edge.sign, term(i));
        }
        for (std::size_t j = 0; j < drives.size(); ++j) {
            auto& drive = drives[j];
            if (injects_at(perturbed, j, step)) drive = drive + rows_of(perturbed->types[j].current_at(step), samples);
            drive = apply(network_.plan.types[j].nonlinearity, drive);
            if (holds_at(perturbed, j, step))
                drive = at::where(rows_of(perturbed->types[j].mask_at(step), samples), states_[j], drive);
        }
        return drives;
    }

    const at::Tensor& output(int area) {
        auto& value = outputs_[index(area)];
        if (value.defined()) return value;
        const auto& of = network_.plan.areas[index(area)];
        at::Tensor sum;
        for (int i = of.first_edge; i < of.first_edge + of.edges; ++i)
            if (const auto& edge = network_.plan.edges[index(i)]; edge.to_output())
                accumulate(sum, edge.sign, term(index(i)));
        return value = apply(of.output_nonlinearity, sum);
    }

    const at::Tensor& feedback(int area) {
        auto& value = feedback_[index(area)];
        if (value.defined()) return value;
        for (const auto& edge : network_.plan.feedback)
            if (edge.to == area)
                accumulate(value, 1, edge_term(edge, network_.parameters, output(edge.from), network_.precision));
        return value;
    }

  private:
    const at::Tensor& stimulus_of(int area) {
        auto& value = stimuli_[index(area)];
        const auto& grid = network_.plan.areas[index(area)].input;
        if (!value.defined()) value = fitted(output(area - 1), network_.plan.pool, grid.height, grid.width);
        return value;
    }

    at::Tensor term(std::size_t number) {
        if (held_[number].defined()) return held_[number];
        const auto& edge = network_.plan.edges[number];
        const auto& source = edge.from == plan::edge::source::stimulus   ? stimulus_of(edge.area)
                             : edge.from == plan::edge::source::top_down ? feedback(edge.area)
                                                                         : states_[index(edge.presynaptic)];
        return edge_term(edge, network_.parameters, source, network_.precision);
    }

    const coupled_areas& network_;
    const solve::state& states_;
    held_terms held_;
    std::vector<at::Tensor> stimuli_, outputs_, feedback_;  ///< by area, once they were asked for
};

/// The terms of each input that is held for a while: the first area's stimulus, and feedback that nothing sends.
std::vector<held_terms> terms_held(const coupled_areas& network, const run_context& context) {
    const auto& plan = network.plan;
    held_terms always(plan.edges.size());
    std::vector<std::size_t> of_stimulus;
    for (std::size_t i = 0; i < plan.edges.size(); ++i) {
        const auto& edge = plan.edges[i];
        const auto area = static_cast<std::size_t>(edge.area);
        if (edge.from == plan::edge::source::stimulus && area == 0) of_stimulus.push_back(i);
        if (edge.from == plan::edge::source::top_down && network.feedback[area].defined())
            always[i] = edge_term(edge, network.parameters, network.feedback[area], network.precision);
    }
    std::vector<held_terms> by_segment;
    const int segments = context.shape.is_sequence ? context.shape.steps : 1;
    for (int segment = 0; segment < segments; ++segment) {
        const auto stimulus =
            context.shape.is_sequence ? context.input.select(context.shape.time_dimension, segment) : context.input;
        by_segment.push_back(always);
        for (const auto i : of_stimulus)
            by_segment.back()[i] = edge_term(plan.edges[i], network.parameters, stimulus, network.precision);
    }
    return by_segment;
}

std::shared_ptr<const coupled_areas> couple(const run_context& context, std::vector<at::Tensor> feedback) {
    auto network = std::make_shared<coupled_areas>(coupled_areas{context.plan,
                                                                 context.plan_storage,
                                                                 {context.parameters.begin(), context.parameters.end()},
                                                                 context.precision,
                                                                 std::move(feedback),
                                                                 {}});
    for (std::size_t area = 0; area < network->feedback.size(); ++area)
        if (network->plan.is_fed(static_cast<int>(area))) network->feedback[area].reset();
    network->held = terms_held(*network, context);
    return network;
}

/// What the equation reads that may need a gradient: held terms, and parameters of the edges that aren't held.
std::vector<at::Tensor> read_by(const coupled_areas& network) {
    std::vector<at::Tensor> reads;
    const auto add = [&](int parameter) {
        if (parameter >= 0) reads.push_back(network.parameters[static_cast<std::size_t>(parameter)]);
    };
    for (const auto& held : network.held)
        for (const auto& term : held)
            if (term.defined()) reads.push_back(term);
    for (std::size_t i = 0; i < network.plan.edges.size(); ++i) {
        if (network.held.front()[i].defined()) continue;
        add(network.plan.edges[i].weight);
        add(network.plan.edges[i].bias);
    }
    for (const auto& edge : network.plan.feedback) {
        add(edge.weight);
        add(edge.bias);
    }
    return reads;
}

std::string name_of_neuron(const plan::network& plan, std::size_t part, std::int64_t index) {
    const auto& type = plan.types[part];
    const std::int64_t grid = std::int64_t{type.shape.height} * type.shape.width;
    return fmt::format("{}, subtype {} at ({}, {})", plan::full_name(plan, type), index / grid,
                       index % grid / type.shape.width, index % type.shape.width);
}

held_terms rows_of(const held_terms& held, const at::Tensor& samples) {
    if (!samples.defined()) return held;
    auto rows = held;
    for (auto& term : rows)
        if (term.defined()) term = term.index_select(0, samples);
    return rows;
}

void require_no_loop(const plan::network& plan) {
    if (const int area = plan::output_loop(plan); area >= 0)
        throw usage_error(fmt::format(
            "in continuous time signals take no time, and the output of {} depends on itself without a neuron type "
            "between (by edges from top_down or the stimulus to the output); leave such an edge out, or run in steps",
            plan.areas[static_cast<std::size_t>(area)].name));
}

/// The segment whose input is shown just before a time, or the first.
std::size_t segment_before(const continuous_time& time, double at, std::size_t segments) {
    const double share = (at - time.start) / (time.end - time.start) * static_cast<double>(segments);
    const double rounded = std::round(share), within = std::abs(share - rounded) < 1e-9 ? rounded : share;
    return static_cast<std::size_t>(std::clamp(std::ceil(within) - 1, 0.0, static_cast<double>(segments - 1)));
}

/// A part of the run in which the equations stay the same, and what is held.
struct run_piece {
    double start = 0, end = 1;
    int step = 1;  ///< of the perturbations that act in it
    std::shared_ptr<const coupled_areas> network;
    solve::piece_breaks breaks;
};

/// Cut where a perturbation begins or ends. Networks are shared by pieces that have the same.
std::vector<run_piece> pieces_of(const run_context& context, const continuous_time& time,
                                 const std::vector<at::Tensor>& feedback) {
    const auto breaks = solve::even_breaks(time.start, time.end, context.shape.is_sequence ? context.shape.steps : 1);
    const auto bounds = solve::cut_at_steps(time.start, time.end, context.request.perturbations);
    std::map<std::vector<bool>, std::shared_ptr<const coupled_areas>> networks;
    std::vector<run_piece> pieces;
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
        run_piece piece{.start = bounds[i],
                        .end = bounds[i + 1],
                        .step = solve::step_from(time.start, bounds[i]),
                        .network = nullptr,
                        .breaks = solve::breaks_of(breaks, bounds[i], bounds[i + 1])};
        std::vector<bool> acting;
        for (const auto& one : context.request.perturbations)
            acting.push_back(!one.is_of_states() && one.acts_at(piece.step));
        auto& network = networks[acting];
        if (network == nullptr) {
            const changed_network changed(context, piece.step);
            const auto plan = changed.has_plan() ? changed.plan() : nullptr;
            network = couple({.plan = plan ? plan->network() : context.plan,
                              .parameters = changed.parameters(),
                              .input = context.input,
                              .request = context.request,
                              .shape = context.shape,
                              .draws = context.draws,
                              .precision = context.precision,
                              .plan_storage = plan},
                             feedback);
        }
        piece.network = network;
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

/// What is done to states and drives, by steps of length 1.
std::shared_ptr<const perturbed_states> perturbed_in(const run_context& context, const continuous_time& time) {
    if (context.request.perturbations.empty()) return nullptr;
    auto shape = context.shape;
    shape.steps = steps_of(time);
    return laid_out({context.plan, context.parameters, context.input, context.request, shape, context.draws,
                     context.precision},
                    false)
        .perturbed;
}

solve::piece solved_piece(const run_piece& piece, const std::shared_ptr<const perturbed_states>& perturbed,
                          const std::function<bool(std::int64_t)>& has_bad_input) {
    const auto& network = piece.network;
    std::vector<at::Tensor> taus;
    for (const auto& type : network->plan.types)
        taus.push_back(network->parameters[static_cast<std::size_t>(type.tau_parameter)]);
    const auto first = piece.breaks.before;
    auto equation = solve::leaky(
        [network, perturbed, first, step = piece.step](const solve::moment& now, const solve::state& states) {
            return moment_of_areas(*network, states,
                                   rows_of(network->held[static_cast<std::size_t>(first + now.segment)], now.samples))
                .targets(perturbed.get(), step, now.samples);
        },
        std::move(taus), read_by(*network));
    equation.takes_subsets = true;
    equation.has_bad_input = has_bad_input;
    equation.name_of = [network](std::size_t part, std::int64_t index) {
        return name_of_neuron(network->plan, part, index);
    };
    solve::piece solved{
        .equation = std::move(equation), .start = piece.start, .end = piece.end, .breaks = piece.breaks.within};
    if (perturbed != nullptr)
        solved.entered = [perturbed, step = piece.step](solve::state states) {
            for (std::size_t j = 0; j < states.size(); ++j)
                if (holds_at(perturbed.get(), j, step)) states[j] = perturbed->types[j].held(states[j], step);
            return states;
        };
    return solved;
}

/// That of the piece which begins at a time, or has it within.
const coupled_areas& network_at(const std::vector<run_piece>& pieces, double time) {
    const auto* found = &pieces.front();
    const double direction = pieces.back().end < found->start ? -1 : 1;
    for (const auto& piece : pieces)
        if (direction * (time - piece.start) >= -1e-9) found = &piece;
    return *found->network;
}

/// What areas give and receive, computed from the states at each time.
struct maps_over_time {
    std::vector<std::vector<at::Tensor>> outputs, feedback;  ///< by area; none where they aren't asked for
    std::vector<at::Tensor> features;
    at::Tensor output;  ///< of the last area at the last time
};

maps_over_time maps_of(const std::vector<run_piece>& pieces, const run_context& context, const continuous_time& time,
                       const solve::state& states) {
    const auto& plan = context.plan;
    const auto& request = context.request;
    const auto last_area = static_cast<int>(plan.areas.size()) - 1;
    maps_over_time all{.outputs = std::vector<std::vector<at::Tensor>>(plan.areas.size()),
                       .feedback = std::vector<std::vector<at::Tensor>>(plan.areas.size()),
                       .features = {},
                       .output = {}};
    const auto times = times_of(time);
    for (std::size_t t = 0; t < times.size(); ++t) {
        solve::state at_time;
        for (const auto& part : states) at_time.push_back(part.select(0, static_cast<std::int64_t>(t)));
        const auto& network = network_at(pieces, times[t]);
        moment_of_areas now(network, at_time, network.held[segment_before(time, times[t], network.held.size())]);
        for (std::size_t area = 0; area < plan.areas.size(); ++area) {
            const auto number = static_cast<int>(area);
            if (plan::flag(request.record_outputs, area)) all.outputs[area].push_back(now.output(number));
            if (plan::flag(request.record_feedback, area)) all.feedback[area].push_back(now.feedback(number));
        }
        const bool is_last = t + 1 == times.size();
        if (is_last) all.output = now.output(last_area);
        if (plan.has_readout() && (is_last || request.all_logits))
            all.features.push_back(
                pooled(now.output(last_area), plan.readout.pool, plan.readout.pool_height, plan.readout.pool_width));
    }
    return all;
}

/// From the states at all times to what was asked for.
run_values<at::Tensor> values_of(const std::vector<run_piece>& pieces, const run_context& context,
                                 const continuous_time& time, const solve::state& states) {
    const auto& plan = context.plan;
    const auto laid = [&](const at::Tensor& time_first) {
        return context.shape.time_dimension == 0 ? time_first : time_first.transpose(0, 1);
    };
    const auto maps = maps_of(pieces, context, time, states);
    run_values<at::Tensor> values{.states = std::vector<at::Tensor>(plan.types.size()),
                                  .final_states = {},
                                  .outputs = std::vector<at::Tensor>(plan.areas.size()),
                                  .feedback = std::vector<at::Tensor>(plan.areas.size()),
                                  .output = maps.output,
                                  .features = {}};
    for (std::size_t i = 0; i < plan.types.size(); ++i) {
        values.final_states.push_back(states[i].select(0, -1));
        if (plan::flag(context.request.record_states, i)) values.states[i] = laid(states[i]);
    }
    for (std::size_t area = 0; area < plan.areas.size(); ++area) {
        if (!maps.outputs[area].empty()) values.outputs[area] = laid(at::stack(maps.outputs[area]));
        if (!maps.feedback[area].empty()) values.feedback[area] = laid(at::stack(maps.feedback[area]));
    }
    if (!maps.features.empty()) values.features = at::stack(maps.features);
    return values;
}

}  // namespace

run_values<at::Tensor> continuous_run(const run_context& context, const continuous_time& time) {
    require_no_loop(context.plan);
    const auto start = initial_values_of(context);
    const auto pieces = pieces_of(context, time, start.feedback);
    const auto perturbed = perturbed_in(context, time);
    const bool is_time_first = context.shape.is_sequence && context.shape.time_dimension == 0;
    const auto has_bad_input = solve::bad_inputs(is_time_first ? context.input.transpose(0, 1) : context.input);
    std::vector<solve::piece> solved;
    for (const auto& piece : pieces) solved.push_back(solved_piece(piece, perturbed, has_bad_input));
    return values_of(pieces, context, time, solve::integrate_pieces(solved, start.states, times_of(time), time.solver));
}

}  // namespace cortexpr::executors
