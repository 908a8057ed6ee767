#include "connectome_run.hpp"

#include "../executors/aten/index_tensor.hpp"
#include "../executors/noise_current.hpp"
#include "../solve/pieces.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/unbind.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <map>
#include <set>

namespace cortexpr {

namespace {

using detail::acts_at;

/// Weights by synapse, in the graph's order, with the factors of a step.
at::Tensor weights_at(int step, const connectome_request& request, at::Tensor weights) {
    for (const auto& one : request.scales)
        if (acts_at(one, step))
            weights =
                weights * at::ones_like(weights.detach())
                              .index_fill_(0, executors::index_tensor(one.synapses, weights.device()), one.factor);
    return weights;
}

/// 1 / tau by cell, with the time constants that are frozen at a step.
at::Tensor rates_at(int step, const connectome_request& request, at::Tensor rates) {
    for (const auto& one : request.frozen_taus) {
        if (!acts_at(one, step)) continue;
        const auto cells = executors::index_tensor(one.cells, rates.device());
        if (one.value) {
            rates = rates.index_fill(0, cells, 1 / *one.value);
        } else {
            const auto is_frozen = at::zeros_like(rates, rates.options().dtype(at::kBool)).index_fill_(0, cells, 1);
            rates = at::where(is_frozen, rates.detach(), rates);
        }
    }
    return rates;
}

/// One run: a drive, weights and rates by cell, and what is changed at which steps.
class connectome_run {
  public:
    connectome_run(executors::recurrence& runner, const executors::recurrence_inputs& whole,
                   const connectome_request& request, const at::Tensor& noise_keys)
        : runner_(runner), whole_(whole), request_(request), noise_keys_(noise_keys) {}

    executors::recurrence_states run() {
        auto last = whole_.start;
        std::vector<at::Tensor> all;
        const auto starts = segment_starts();
        for (std::size_t i = 0; i < starts.size(); ++i) {
            const int first = starts[i], end = i + 1 < starts.size() ? starts[i + 1] : whole_.steps + 1;
            auto states = runner_.run(segment(first, end - first, last));
            last = replaced(states.last, first);
            if (!whole_.all_states) continue;
            const bool is_replaced = !last.is_same(states.last);  // such a segment has one step
            all.push_back(is_replaced ? last.unsqueeze(0) : states.all);
        }
        if (!whole_.all_states) return {{}, last};
        return {all.size() == 1 ? all.front() : at::cat(all), last};
    }

  private:
    /// Steps, from 1, at which something changes. What cells are held at is laid on after the first step at which that
    /// changes, which is a segment alone: other cells hear of it at the next.
    std::vector<int> segment_starts() const {
        std::set<int> starts{1};
        for (const auto& clamp : request_.clamps) {
            const int behind = std::min(clamp.to.value_or(whole_.steps), whole_.steps) + 1;
            starts.insert({clamp.from, clamp.from + 1, behind, behind + 1});
        }
        const auto add = [&](const auto& all) {
            for (const auto& one : all) starts.insert({one.from, one.to.value_or(whole_.steps) + 1});
        };
        add(request_.injections);
        add(request_.noises);
        add(request_.scales);
        add(request_.frozen_taus);
        std::vector<int> within;
        for (const int step : starts)
            if (step <= whole_.steps) within.push_back(step);
        return within;
    }

    at::Tensor index(const std::vector<std::int32_t>& cells) const {
        return executors::index_tensor(cells, whole_.drive.device());
    }

    executors::recurrence_inputs segment(int first, int steps, const at::Tensor& start) const {
        auto inputs = whole_;
        inputs.steps = steps;
        inputs.start = start;
        if (whole_.drive.size(0) > 1) inputs.drive = whole_.drive.slice(0, first - 1, first - 1 + steps);
        inputs.rates = rates_at(first, request_, inputs.rates);
        inputs.weights = weights_at(first, request_, inputs.weights);
        for (const auto& clamp : request_.clamps)
            if (first > clamp.from && acts_at(clamp, first))
                inputs.rates = inputs.rates.index_fill(0, index(clamp.cells), 0);
        for (const auto& one : request_.injections)
            if (acts_at(one, first)) {
                const auto current =
                    at::full({static_cast<std::int64_t>(one.cells.size()), 1}, one.current, inputs.drive.options());
                inputs.drive = inputs.drive.index_add(1, index(one.cells),
                                                      current.expand({inputs.drive.size(0), -1, inputs.drive.size(2)}));
            }
        for (std::size_t i = 0; i < request_.noises.size(); ++i) {
            const auto& one = request_.noises[i];
            if (acts_at(one, first) && one.deviation > 0) inputs.drive = with_noise(inputs.drive, i, first, steps);
        }
        return inputs;
    }

    /// A drive for each step, (T, N, B).
    at::Tensor with_noise(const at::Tensor& drive, std::size_t number, int first, int steps) const {
        const auto& one = request_.noises[number];
        executors::noise_current noise;
        noise.shape = {static_cast<int>(one.cells.size()), 1, 1};
        noise.deviation = one.deviation;
        noise.keys = noise_keys_;
        noise.stream = static_cast<std::uint32_t>(number);
        noise.options = drive.options().requires_grad(false);
        std::vector<at::Tensor> by_step;
        for (int step = first; step < first + steps; ++step) by_step.push_back(noise.at_step(step).flatten(1).t());
        return drive.expand({steps, -1, -1}).index_add(1, index(one.cells), at::stack(by_step));
    }

    /// Where several clamps hold a cell at a step the last one counts, whichever began first.
    at::Tensor replaced(at::Tensor state, int step) const {
        const auto changes = [step](const auto& clamp) { return clamp.from == step || clamp.to == step - 1; };
        if (std::ranges::none_of(request_.clamps, changes)) return state;
        for (const auto& clamp : request_.clamps)
            if (acts_at(clamp, step)) state = state.index_fill(0, index(clamp.cells), clamp.value);
        return state;
    }

    executors::recurrence& runner_;
    const executors::recurrence_inputs& whole_;
    const connectome_request& request_;
    const at::Tensor& noise_keys_;
};

}  // namespace

executors::recurrence_states discrete_states(executors::recurrence& runner, const executors::recurrence_inputs& whole,
                                             const connectome_request& request, const at::Tensor& noise_keys) {
    return connectome_run(runner, whole, request, noise_keys).run();
}

namespace {

/// What is done to cells from a time on: those that are held, (1, N), and currents, (N, 1); undefined: none.
struct changed_cells {
    at::Tensor held, current;
};

changed_cells changed_at(const connectome_request& request, int step, const at::Tensor& drive) {
    const auto cells_of = [&](const auto& one) { return executors::index_tensor(one.cells, drive.device()); };
    const auto options = drive.options().requires_grad(false);
    changed_cells all;
    for (const auto& clamp : request.clamps) {
        if (!acts_at(clamp, step)) continue;
        if (!all.held.defined()) all.held = at::zeros({1, drive.size(0)}, options.dtype(at::kBool));
        all.held.index_fill_(1, cells_of(clamp), 1);
    }
    for (const auto& one : request.injections) {
        if (!acts_at(one, step)) continue;
        if (!all.current.defined()) all.current = at::zeros({drive.size(0), 1}, options);
        const auto count = static_cast<std::int64_t>(one.cells.size());
        all.current.index_add_(0, cells_of(one), at::full({count, 1}, one.current, options));
    }
    return all;
}

/// Weights in the recurrence's order, which pieces with the same factors share.
class ordered_weights {
  public:
    ordered_weights(executors::recurrence& runner, const connectome_request& request, const at::Tensor& weights)
        : runner_(runner), request_(request), weights_(weights) {}

    const executors::own_order& at(int step) {
        std::vector<bool> acts;
        for (const auto& one : request_.scales) acts.push_back(acts_at(one, step));
        auto& found = made_[acts];
        if (!found.weights.defined()) found = runner_.ordered(weights_at(step, request_, weights_));
        return found;
    }

  private:
    executors::recurrence& runner_;
    const connectome_request& request_;
    const at::Tensor& weights_;
    std::map<std::vector<bool>, executors::own_order> made_;  ///< by which factors act
};

/// Where the cells go within a piece of time: f(z(h)), which a step of rate 1 gives. All in the runner's order.
struct driven_cells {
    std::shared_ptr<executors::recurrence> runner;
    std::vector<at::Tensor> drives;  ///< by segment of the stimulus
    executors::own_order order;
    at::Tensor rates;  ///< of 1
    changed_cells changed;
    std::int64_t first = 0;  ///< segment of the piece

    solve::state operator()(const solve::moment& now, const solve::state& at) const {
        auto drive = drives[static_cast<std::size_t>(first + now.segment)];
        if (changed.current.defined()) drive = drive + changed.current;
        const auto states = runner->run({.steps = 1,
                                         .drive = drive.unsqueeze(0),
                                         .weights = order.weights,
                                         .rates = rates,
                                         .start = at[0].t(),
                                         .order = order.is});
        const auto next = states.last.t();
        return {changed.held.defined() ? at::where(changed.held, at[0], next) : next};
    }
};

/// What is clamped takes its value at the beginning of a piece.
auto clamped_from(const connectome_request& request, int step, const at::Tensor& numbers) {
    return [&request, step, numbers](solve::state at) {
        for (const auto& clamp : request.clamps) {
            if (!acts_at(clamp, step)) continue;
            const auto cells = executors::index_tensor(clamp.cells, at[0].device());
            at[0] = at[0].index_fill(1, numbers.defined() ? numbers.index_select(0, cells) : cells, clamp.value);
        }
        return at;
    };
}

/// Names of cells in the runner's order.
auto names_by_row(const std::function<std::string(std::int64_t)>& name_of, const at::Tensor& cells) {
    return [name_of, cells](std::size_t, std::int64_t row) {
        return name_of(cells.defined() ? cells[row].item<std::int64_t>() : row);
    };
}

/// From the user's order of cells into that of the runner's rows; what is undefined stays so.
at::Tensor in_rows(const executors::own_order& order, const at::Tensor& values, std::int64_t dimension) {
    return order.cells.defined() && values.defined() ? values.index_select(dimension, order.cells) : values;
}

/// Laid out as the states are: what is broadcast is read element by element.
at::Tensor taus_like(const at::Tensor& drive, const at::Tensor& tau) { return tau.expand_as(drive).contiguous().t(); }

/// From solved states, (evaluations, B, N), in the runner's order.
executors::recurrence_states in_users_order(const at::Tensor& solved, const at::Tensor& numbers) {
    auto states = solved.transpose(1, 2);
    if (numbers.defined()) states = states.index_select(1, numbers);
    return {states, states.select(0, -1)};
}

}  // namespace

executors::recurrence_states continuous_states(const std::shared_ptr<executors::recurrence>& runner,
                                               const executors::recurrence_inputs& whole,
                                               const connectome_request& request, const continuous_time& time,
                                               const at::Tensor& inputs,
                                               const std::function<std::string(std::int64_t)>& name_of) {
    ordered_weights weights(*runner, request, whole.weights);
    const auto any_order = weights.at(1);  // of cells, it is the same for all weights
    // A view each: the gradient of a selection would be a whole tensor.
    const auto drives = in_rows(any_order, whole.drive, 1).unbind(0);
    const auto rates = at::ones_like(whole.rates.detach());
    const auto breaks = solve::even_breaks(time.start, time.end, static_cast<std::int64_t>(drives.size()));
    const auto bounds = solve::cut_at_steps(time.start, time.end, request.clamps, request.injections, request.scales,
                                            request.frozen_taus);
    const auto has_bad_input = solve::bad_inputs(inputs.movedim(-1, 0));
    std::vector<solve::piece> pieces;
    at::Tensor tau;
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
        const auto within = solve::breaks_of(breaks, bounds[i], bounds[i + 1]);
        const int step = solve::step_from(time.start, bounds[i]);
        auto changed = changed_at(request, step, drives[0]);
        changed = {.held = in_rows(any_order, changed.held, 1), .current = in_rows(any_order, changed.current, 0)};
        const auto order = weights.at(step);
        auto reads = drives;
        reads.push_back(order.weights);
        if (!tau.defined() || !request.frozen_taus.empty())
            tau = taus_like(drives[0], in_rows(any_order, rates_at(step, request, whole.rates).reciprocal(), 0));
        const driven_cells cells{runner, drives, order, rates, changed, within.before};
        solve::piece piece{.equation = solve::leaky(cells, {tau}, reads),
                           .start = bounds[i],
                           .end = bounds[i + 1],
                           .breaks = within.within};
        piece.equation.name_of = names_by_row(name_of, order.cells);
        piece.equation.has_bad_input = has_bad_input;
        if (changed.held.defined()) piece.entered = clamped_from(request, step, order.numbers);
        pieces.push_back(std::move(piece));
    }
    const auto start = whole.start.defined() ? in_rows(any_order, whole.start, 0) : at::zeros_like(drives[0]);
    const auto solved = solve::integrate_pieces(pieces, {start.t()}, times_of(time), time.solver);
    return in_users_order(solved[0], any_order.numbers);
}

}  // namespace cortexpr
