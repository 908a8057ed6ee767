// The balance of connectomes.

#include "../executors/aten/index_tensor.hpp"
#include "../train/evaluation_mode.hpp"
#include "balance_sums.hpp"
#include "bounded_activity.hpp"
#include "cells.hpp"

#include <ATen/TensorIndexing.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sparse_coo_tensor.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace cortexpr::workbench {

namespace {

/// The synapses of a connectome as matrices (postsynaptic, presynaptic), by the class of their source; of hybrid cells,
/// one of positive weights and one of negative ones.
class class_currents {
  public:
    class_currents(connectome_module& network, const std::vector<perturbation>& perturbations)
        : network_(network), perturbations_(perturbations) {
        const auto presynaptic = network.presynaptic_cells();
        std::vector<std::int64_t> sources;
        for (const auto cell : presynaptic)
            sources.push_back(
                static_cast<std::int64_t>(source_of(network.classes_of_cells()[static_cast<std::size_t>(cell)])));
        ends_ =
            at::stack({executors::index_tensor(network.postsynaptic_cells()), executors::index_tensor(presynaptic)});
        weights_ = signed_synaptic_weights(network);
        sources_ = at::tensor(sources, at::kLong);
    }

    struct matrix {
        current_source source;
        at::Tensor weights;  ///< sparse
    };
    /// What acts at a step.
    const std::vector<matrix>& at_step(int step) {
        auto factors = at::ones_like(weights_);
        for (const auto& one : perturbations_) {
            if (one.of != perturbation::target::edge || !one.acts_at(step)) continue;
            const auto [from, to] = ends_of_edge(network_.plan(), one.index);
            const auto synapses = executors::index_tensor(network_.synapses_between(from, to));
            const double factor = one.is == perturbation::kind::cut ? 0 : one.amount.value_or(1);
            factors.index_put_({synapses}, factors.index({synapses}) * factor);
        }
        if (factors_.defined() && factors_.equal(factors)) return matrices_;
        factors_ = factors;
        matrices_.clear();
        const auto all = weights_ * factors;
        add(current_source::excitatory, all, sources_ == static_cast<int>(current_source::excitatory));
        add(current_source::inhibitory, all, sources_ == static_cast<int>(current_source::inhibitory));
        const auto is_hybrid = sources_ == static_cast<int>(current_source::hybrid);
        add(current_source::hybrid, all, is_hybrid.logical_and(all > 0));
        add(current_source::hybrid, all, is_hybrid.logical_and(all <= 0));
        return matrices_;
    }

  private:
    void add(current_source source, const at::Tensor& all, const at::Tensor& chosen) {
        const auto these = chosen.nonzero().flatten();
        if (these.numel() == 0) return;
        const auto cells = network_.cell_count();
        matrices_.push_back(
            {source, at::sparse_coo_tensor(ends_.index_select(1, these), all.index_select(0, these), {cells, cells})
                         .coalesce()});
    }

    connectome_module& network_;
    const std::vector<perturbation>& perturbations_;
    at::Tensor ends_{}, weights_{}, sources_{}, factors_{};
    std::vector<matrix> matrices_{};
};

/// Which types hear of which sources.
std::vector<std::array<bool, current_sources>> sources_by_type(const connectome_module& network) {
    const auto& plan = network.plan();
    std::vector<std::array<bool, current_sources>> all(plan.types.size());
    for (std::size_t type = 0; type < plan.types.size(); ++type) {
        const auto& reached = plan.stimulus.types;
        all[type][0] = reached.empty() || std::ranges::find(reached, static_cast<int>(type)) != reached.end();
    }
    const auto type_of = types_of_cells(network);
    const auto from = network.presynaptic_cells(), to = network.postsynaptic_cells();
    for (std::size_t i = 0; i < from.size(); ++i) {
        const auto kind = network.classes_of_cells()[static_cast<std::size_t>(from[i])];
        all[type_of[static_cast<std::size_t>(to[i])]][static_cast<std::size_t>(source_of(kind))] = true;
    }
    return all;
}

/// The currents of a connectome's cell types, added up batch by batch.
class cell_currents {
  public:
    cell_currents(connectome_module& network, const std::vector<perturbation>& perturbations, int steps)
        : synapses_(network, perturbations), steps_(steps) {
        const auto sources = sources_by_type(network);
        for (std::size_t type = 0; type < sources.size(); ++type) {
            cells_.push_back(executors::index_tensor(network.cells_of(static_cast<int>(type))));
            sums_.push_back(zero_sums(cells_.back().numel(), sources[type]));
        }
    }

    /// States are (B, T, N); the currents of the stimulus (1 or T, N, B).
    void add_batch(const at::Tensor& states, const at::Tensor& stimulus) {
        for (int t = 2; t <= steps_; ++t)
            add_step(stimulus[std::min<std::int64_t>(t, stimulus.size(0)) - 1],
                     states.select(1, t - 2).t().contiguous(), t);
    }

    std::vector<type_balance> found(std::int64_t images) const { return summarised(sums_, images); }

  private:
    balance_sums zero_sums(std::int64_t cells, const std::array<bool, current_sources>& sources) const {
        balance_sums zeros(steps_, {cells});
        for (std::size_t source = 0; source < sources.size(); ++source)
            if (sources[source]) zeros.current[source] = zeros.excitation;
        return zeros;
    }

    /// `before` are the states (N, B) that synapses read at step t.
    void add_step(const at::Tensor& stimulus, const at::Tensor& before, int t) {
        const auto step = static_cast<std::size_t>(t) - 2;
        auto excitation = at::zeros(before.sizes(), at::kDouble), inhibition = excitation.clone();
        const auto take = [&](current_source source, const at::Tensor& current) {
            excitation += current.clamp_min(0);
            inhibition -= current.clamp_max(0);
            for (std::size_t type = 0; type < sums_.size(); ++type)
                if (auto& sum = sums_[type].current[static_cast<std::size_t>(source)]; !sum.empty())
                    sum[step] += current.index_select(0, cells_[type]).sum().item<double>();
        };
        take(current_source::stimulus, stimulus);
        for (const auto& [source, weights] : synapses_.at_step(t)) take(source, weights.mm(before));
        for (std::size_t type = 0; type < sums_.size(); ++type)
            sums_[type].add(step, excitation.index_select(0, cells_[type]).t(),
                            inhibition.index_select(0, cells_[type]).t());
    }

    class_currents synapses_;
    int steps_;
    std::vector<at::Tensor> cells_{};   ///< by cell type
    std::vector<balance_sums> sums_{};  ///< likewise
};

}  // namespace

std::vector<type_balance> balance_of_cells(connectome_module& network, const data::labelled_images& examples,
                                           const balance_options& options) {
    const shown_examples shown(examples, {});
    const int steps = balance_steps(shown, options);
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network);
    auto request = with_perturbations(network, options.perturbations, {.record_states = true});
    if (!shown.frames()) request.steps = options.steps;
    cell_currents currents(network, options.perturbations, steps);
    shown.by_batch(options.batch_size, options.progress, [&](std::int64_t first, std::int64_t count) {
        const auto inputs = shown.inputs(first, count, network);
        const auto run = network.run(inputs, request);
        require_bounded(network.name(), run);
        currents.add_batch(run.states.cpu().to(at::kDouble),
                           network.stimulus_currents(inputs).detach().cpu().to(at::kDouble));
    });
    return currents.found(shown.count());
}

}  // namespace cortexpr::workbench
