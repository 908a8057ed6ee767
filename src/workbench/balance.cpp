#include <cortexpr/workbench/balance.hpp>

#include "../executors/aten/equations.hpp"
#include "../executors/aten/index_tensor.hpp"
#include "../executors/aten/resize.hpp"
#include "../train/evaluation_mode.hpp"
#include "bounded_activity.hpp"
#include "cells.hpp"
#include "shown.hpp"

#include <cortexpr/plan/delays.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/run/sequence.hpp>
#include <cortexpr/train/trainer.hpp>

#include <ATen/TensorIndexing.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sparse_coo_tensor.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cortexpr::workbench {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

current_source source_of(neuron_class kind) {
    return kind == neuron_class::excitatory   ? current_source::excitatory
           : kind == neuron_class::inhibitory ? current_source::inhibitory
                                              : current_source::hybrid;
}

current_source source_of(const plan::network& network, const plan::edge& edge) {
    using source = plan::edge::source;
    if (edge.from == source::stimulus) return current_source::stimulus;
    if (edge.from == source::top_down) return current_source::feedback;
    return source_of(plan::type_at(network, edge.presynaptic).kind);
}

/// A bias that is a term of the drive by itself.
bool has_own_bias(const plan::edge& edge) { return edge.bias >= 0 && edge.nonlinearity == activation::none; }

/// What an edge reads at step t of a batch, in the words of the equations.
class edge_sources {
  public:
    edge_sources(const plan::network& network, const at::Tensor& inputs, const run_result& run)
        : network_(network), inputs_(inputs), run_(run) {}

    at::Tensor by(const plan::edge& edge, int t) const {
        const auto area = static_cast<std::size_t>(edge.area);
        const int read = plan::source_step(network_, edge, t) - 1;  // recordings begin with step 1
        switch (edge.from) {
            case plan::edge::source::top_down:
                // What the network doesn't send is as it was at the start.
                return run_.feedback[area].select(1, read);
            case plan::edge::source::neuron_type:
                return run_.states[static_cast<std::size_t>(edge.presynaptic)].select(1, read);
            default:
                if (area == 0) return is_sequence(inputs_) ? inputs_.select(1, read) : inputs_;
                const auto& here = network_.areas[area].input;
                return executors::fitted(run_.outputs[area - 1].select(1, read), network_.pool, here.height,
                                         here.width);
        }
    }

  private:
    const plan::network& network_;
    const at::Tensor& inputs_;
    const run_result& run_;
};

/// The sums of a type over images, and over neurons where only their mean is reported.
struct sums {
    std::array<std::vector<double>, current_sources> current;
    std::vector<double> excitation, inhibition;
    at::Tensor by_neuron_excitation, by_neuron_inhibition;                ///< (C, H, W) or (cells), at the last step
    double squares_excitation = 0, squares_inhibition = 0, products = 0;  ///< over neurons and images, at the last step
};

run_request request_for(const plan::network& network) {
    run_request request;
    request.record_states.assign(network.types.size(), true);
    request.record_outputs.assign(network.areas.size(), true);
    for (const auto& area : network.areas) request.record_feedback.push_back(plan::hears_feedback(area));
    return request;
}

void add(sums& of, std::size_t step, bool is_last, const at::Tensor& excitation, const at::Tensor& inhibition) {
    of.excitation[step] += excitation.sum().item<double>();
    of.inhibition[step] += inhibition.sum().item<double>();
    if (!is_last) return;
    of.by_neuron_excitation += excitation.sum(0).cpu();
    of.by_neuron_inhibition += inhibition.sum(0).cpu();
    of.squares_excitation += excitation.square().sum().item<double>();
    of.squares_inhibition += inhibition.square().sum().item<double>();
    of.products += (excitation * inhibition).sum().item<double>();
}

type_balance summarised(const sums& all, std::int64_t images) {
    type_balance found;
    const double values = static_cast<double>(images * all.by_neuron_excitation.numel());
    for (std::size_t step = 0; step < all.excitation.size(); ++step) {
        found.steps.push_back(static_cast<int>(step) + 2);
        for (std::size_t source = 0; source < all.current.size(); ++source)
            if (!all.current[source].empty()) found.current[source].push_back(all.current[source][step] / values);
        found.excitation.push_back(all.excitation[step] / values);
        found.inhibition.push_back(all.inhibition[step] / values);
        const double ratio = all.inhibition[step] / all.excitation[step];
        found.ratio.push_back(all.excitation[step] > 0 && std::isfinite(ratio) ? ratio : nan);
    }
    found.ratio_by_neuron = at::where(all.by_neuron_excitation > 0, all.by_neuron_inhibition / all.by_neuron_excitation,
                                      at::full_like(all.by_neuron_excitation, nan));
    const double excitation = found.excitation.back(), inhibition = found.inhibition.back();
    const double variances = (all.squares_excitation / values - excitation * excitation) *
                             (all.squares_inhibition / values - inhibition * inhibition);
    // Where one is the same for all, rounding alone is left of its variance.
    const double rounding = 1e-20 * excitation * excitation * inhibition * inhibition;
    found.correlation =
        variances > rounding ? (all.products / values - excitation * inhibition) / std::sqrt(variances) : nan;
    return found;
}

/// What the perturbations that a network has do to an edge at a step: its weights times a number, or nothing passes.
struct edge_change {
    double factor = 1;
    bool is_cut = false;

    edge_change(const std::vector<perturbation>& all, int edge, int step) {
        for (const auto& one : all) {
            if (one.of != perturbation::target::edge || one.index != edge || !one.acts_at(step)) continue;
            if (one.is == perturbation::kind::scale_edge) factor *= one.amount.value_or(1);
            is_cut |= one.is == perturbation::kind::cut;
        }
    }
};

/// The number of steps. \throws usage_error
int steps_of(const shown_examples& shown, const balance_options& options) {
    const int steps = shown.frames().value_or(options.steps);
    if (steps < 2)
        throw usage_error(
            "balance needs 2 steps or more: at the first one, recurrent currents come from where states start");
    if (options.batch_size < 1) throw usage_error("balance is measured with batches of at least one image");
    return steps;
}

/// The currents of a network's neuron types, added up batch by batch.
class area_currents {
  public:
    area_currents(network_module& network, int steps) : network_(network), plan_(network.plan()), steps_(steps) {
        for (int i = 0; i < network.parameter_count(); ++i) parameters_.push_back(network.parameter(i));
        for (std::size_t type = 0; type < plan_.types.size(); ++type) sums_.push_back(zero_sums(type));
    }

    void add_batch(const at::Tensor& inputs, const run_result& run) {
        const edge_sources sources(plan_, inputs, run);
        for (int t = 2; t <= steps_; ++t) add_step(sources, inputs.size(0), t);
    }

    std::vector<type_balance> found(std::int64_t images) const {
        std::vector<type_balance> all;
        for (const auto& one : sums_) all.push_back(summarised(one, images));
        return all;
    }

  private:
    static std::size_t index_of(int t) { return static_cast<std::size_t>(t) - 2; }
    static auto& current(sums& of, current_source source) { return of.current[static_cast<std::size_t>(source)]; }

    sums zero_sums(std::size_t type) const {
        const auto& shape = plan_.types[type].shape;
        sums zeros;
        zeros.excitation.resize(static_cast<std::size_t>(steps_) - 1);
        zeros.inhibition = zeros.excitation;
        zeros.by_neuron_excitation = at::zeros({shape.channels, shape.height, shape.width}, at::kDouble);
        zeros.by_neuron_inhibition = zeros.by_neuron_excitation.clone();
        for (const auto& edge : plan_.edges) {
            if (edge.postsynaptic != static_cast<int>(type)) continue;
            current(zeros, source_of(plan_, edge)) = zeros.excitation;
            if (has_own_bias(edge)) current(zeros, current_source::bias) = zeros.excitation;
        }
        return zeros;
    }

    void add_step(const edge_sources& sources, std::int64_t images, int t) {
        std::vector<at::Tensor> excitation(sums_.size()), inhibition(sums_.size());
        for (std::size_t e = 0; e < plan_.edges.size(); ++e) {
            const auto& edge = plan_.edges[e];
            if (edge.to_output()) continue;
            const edge_change change(network_.perturbations(), static_cast<int>(e), t);
            const auto type = static_cast<std::size_t>(edge.postsynaptic);
            if (has_own_bias(edge) && !change.is_cut)
                current(sums_[type], current_source::bias)[index_of(t)] +=
                    edge.sign * static_cast<double>(images * edge.output.positions()) *
                    parameters_[static_cast<std::size_t>(edge.bias)].sum(at::kDouble).item<double>();
            const auto arriving = current_of(edge, change, sources.by(edge, t));
            current(sums_[type], source_of(plan_, edge))[index_of(t)] += arriving.sum().item<double>();
            executors::accumulate(excitation[type], 1, arriving.clamp_min(0));
            executors::accumulate(inhibition[type], -1, arriving.clamp_max(0));
        }
        for (std::size_t type = 0; type < sums_.size(); ++type)
            add(sums_[type], index_of(t), t == steps_, excitation[type], inhibition[type]);
    }

    /// What an edge gives its target, without a bias that is a term of its own.
    at::Tensor current_of(const plan::edge& edge, const edge_change& change, const at::Tensor& source) const {
        auto changed = parameters_;
        auto& weight = changed[static_cast<std::size_t>(edge.weight)];
        if (change.factor != 1) weight = weight * change.factor;
        auto carrying = edge;
        if (has_own_bias(edge)) carrying.bias = -1;
        auto arriving =
            executors::edge_term(carrying, changed, source).to(at::kDouble) * static_cast<double>(edge.sign);
        if (change.is_cut) arriving.zero_();
        return arriving;
    }

    network_module& network_;
    const plan::network& plan_;
    int steps_;
    std::vector<at::Tensor> parameters_{};
    std::vector<sums> sums_{};  ///< by neuron type
};

std::vector<type_balance> balance_of_areas(network_module& network, const data::labelled_images& examples,
                                           const balance_options& options) {
    const shown_examples shown(examples, {});
    const int steps = steps_of(shown, options);
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network);
    auto request = request_for(network.plan());
    if (!shown.frames()) request.steps = options.steps;
    area_currents currents(network, steps);
    for (std::int64_t first = 0; first < shown.count(); first += options.batch_size) {
        const auto count = std::min<std::int64_t>(options.batch_size, shown.count() - first);
        const auto inputs = shown.inputs(first, count, network);
        const auto run = network.run(inputs, request);
        require_bounded(network.name(), run);
        currents.add_batch(inputs, run);
        if (options.progress) options.progress(first + count, shown.count());
    }
    return currents.found(shown.count());
}

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

    std::vector<type_balance> found(std::int64_t images) const {
        std::vector<type_balance> all;
        for (const auto& one : sums_) all.push_back(summarised(one, images));
        return all;
    }

  private:
    sums zero_sums(std::int64_t cells, const std::array<bool, current_sources>& sources) const {
        sums zeros;
        zeros.excitation.resize(static_cast<std::size_t>(steps_) - 1);
        zeros.inhibition = zeros.excitation;
        zeros.by_neuron_excitation = at::zeros({cells}, at::kDouble);
        zeros.by_neuron_inhibition = zeros.by_neuron_excitation.clone();
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
            add(sums_[type], step, t == steps_, excitation.index_select(0, cells_[type]).t(),
                inhibition.index_select(0, cells_[type]).t());
    }

    class_currents synapses_;
    int steps_;
    std::vector<at::Tensor> cells_{};  ///< by cell type
    std::vector<sums> sums_{};         ///< likewise
};

std::vector<type_balance> balance_of_cells(connectome_module& network, const data::labelled_images& examples,
                                           const balance_options& options) {
    const shown_examples shown(examples, {});
    const int steps = steps_of(shown, options);
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network);
    auto request = with_perturbations(network, options.perturbations, {.record_states = true});
    if (!shown.frames()) request.steps = options.steps;
    cell_currents currents(network, options.perturbations, steps);
    for (std::int64_t first = 0; first < shown.count(); first += options.batch_size) {
        const auto count = std::min<std::int64_t>(options.batch_size, shown.count() - first);
        const auto inputs = shown.inputs(first, count, network);
        const auto run = network.run(inputs, request);
        require_bounded(network.name(), run);
        currents.add_batch(run.states.cpu().to(at::kDouble),
                           network.stimulus_currents(inputs).detach().cpu().to(at::kDouble));
        if (options.progress) options.progress(first + count, shown.count());
    }
    return currents.found(shown.count());
}

/// Rates that are bounded may come of currents that aren't. \throws divergence_error
void require_finite(const any_network& network, const std::vector<type_balance>& found) {
    const auto names = network.type_names();
    for (std::size_t type = 0; type < found.size(); ++type) {
        const auto& one = found[type];
        for (std::size_t step = 0; step < one.steps.size(); ++step)
            if (!std::isfinite(one.excitation[step]) || !std::isfinite(one.inhibition[step]))
                throw divergence_error(
                    fmt::format("the currents into {} become infinite at step {}, so their balance "
                                "has no value; scale the weights down",
                                names[type], one.steps[step]));
    }
}

}  // namespace

std::vector<type_balance> balance_of(const any_network& network, const data::labelled_images& examples,
                                     const balance_options& options) {
    auto found = network.areas() != nullptr ? balance_of_areas(*network.areas(), examples, options)
                                            : balance_of_cells(*network.connectome(), examples, options);
    require_finite(network, found);
    return found;
}

}  // namespace cortexpr::workbench
