#include <cortexpr/workbench/balance.hpp>

#include "../executors/aten/equations.hpp"
#include "../executors/aten/resize.hpp"
#include "../train/evaluation_mode.hpp"
#include "shown.hpp"

#include <cortexpr/plan/names.hpp>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cortexpr::workbench {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

current_source source_of(const plan::network& network, const plan::edge& edge) {
    using source = plan::edge::source;
    if (edge.from == source::stimulus) return current_source::stimulus;
    if (edge.from == source::top_down) return current_source::feedback;
    const auto kind = plan::type_at(network, edge.presynaptic).kind;
    return kind == neuron_class::excitatory   ? current_source::excitatory
           : kind == neuron_class::inhibitory ? current_source::inhibitory
                                              : current_source::hybrid;
}

/// What an edge hears at step t of a batch, in the words of the equations.
class heard {
  public:
    heard(const plan::network& network, const at::Tensor& inputs, const run_result& run)
        : network_(network), inputs_(inputs), run_(run) {}

    at::Tensor by(const plan::edge& edge, int t) const {
        const auto area = static_cast<std::size_t>(edge.area);
        switch (edge.from) {
            case plan::edge::source::top_down:
                // What the network doesn't send is as it was at the start.
                return run_.feedback[area].select(1, t - 2);
            case plan::edge::source::neuron_type:
                return run_.states[static_cast<std::size_t>(edge.presynaptic)].select(1, t - 2);
            default:
                if (area == 0) return inputs_.dim() == 5 ? inputs_.select(1, t - 1) : inputs_;
                const auto& here = network_.areas[area].input;
                return executors::fitted(run_.outputs[area - 1].select(1, t - 1 - network_.area_delay), network_.pool,
                                         here.height, here.width);
        }
    }

  private:
    const plan::network& network_;
    const at::Tensor& inputs_;
    const run_result& run_;
};

/// The sums of a type over images, and over neurons where only their mean is told.
struct sums {
    std::array<std::vector<double>, current_sources> current;
    std::vector<double> excitation, inhibition;
    at::Tensor by_neuron_excitation, by_neuron_inhibition;                ///< (C, H, W), at the last step
    double squares_excitation = 0, squares_inhibition = 0, products = 0;  ///< over neurons and images, at the last step
};

run_request request_for(const plan::network& network) {
    run_request request;
    request.record_states.assign(network.types.size(), true);
    request.record_outputs.assign(network.areas.size(), true);
    for (const auto& area : network.areas) request.record_feedback.push_back(plan::hears_feedback(area));
    return request;
}

type_balance summarised(const sums& all, const plan::map_shape& shape, std::int64_t images) {
    type_balance found;
    const double values = static_cast<double>(images * shape.size());
    for (std::size_t step = 0; step < all.excitation.size(); ++step) {
        found.steps.push_back(static_cast<int>(step) + 2);
        for (std::size_t source = 0; source < all.current.size(); ++source)
            if (!all.current[source].empty()) found.current[source].push_back(all.current[source][step] / values);
        found.excitation.push_back(all.excitation[step] / values);
        found.inhibition.push_back(all.inhibition[step] / values);
        found.ratio.push_back(all.excitation[step] > 0 ? all.inhibition[step] / all.excitation[step] : nan);
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

}  // namespace

std::vector<type_balance> balance_of(network_module& network, const data::labelled_images& examples,
                                     const balance_options& options) {
    const auto& plan = network.plan();
    const shown_examples shown(examples, {});
    const int steps = shown.frames().value_or(options.steps);
    if (steps < 2)
        throw usage_error(
            "balance needs 2 steps or more: at the first one, recurrent currents come from where states start");
    if (options.batch_size < 1) throw usage_error("balance is measured with batches of at least one image");
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network);
    auto request = request_for(plan);
    if (!shown.frames()) request.steps = options.steps;
    std::vector<at::Tensor> parameters;
    parameters.reserve(static_cast<std::size_t>(network.parameter_count()));
    for (int i = 0; i < network.parameter_count(); ++i) parameters.push_back(network.parameter(i));
    std::vector<sums> all(plan.types.size());
    for (std::size_t type = 0; type < all.size(); ++type) {
        const auto& shape = plan.types[type].shape;
        all[type].excitation.resize(static_cast<std::size_t>(steps) - 1);
        all[type].inhibition = all[type].excitation;
        all[type].by_neuron_excitation = at::zeros({shape.channels, shape.height, shape.width}, at::kDouble);
        all[type].by_neuron_inhibition = all[type].by_neuron_excitation.clone();
        for (const auto& edge : plan.edges)
            if (edge.postsynaptic == static_cast<int>(type))
                all[type].current[static_cast<std::size_t>(source_of(plan, edge))] = all[type].excitation;
    }
    for (std::int64_t first = 0; first < shown.count(); first += options.batch_size) {
        const auto count = std::min<std::int64_t>(options.batch_size, shown.count() - first);
        const auto inputs = shown.inputs(first, count, network);
        const auto run = network.run(inputs, request);
        const heard at(plan, inputs, run);
        for (int t = 2; t <= steps; ++t) {
            const auto step = static_cast<std::size_t>(t) - 2;
            std::vector<at::Tensor> excitation(all.size()), inhibition(all.size());
            for (std::size_t e = 0; e < plan.edges.size(); ++e) {
                const auto& edge = plan.edges[e];
                if (edge.to_output()) continue;
                const edge_change change(network.perturbations(), static_cast<int>(e), t);
                const auto type = static_cast<std::size_t>(edge.postsynaptic);
                auto& of = all[type];
                auto changed = parameters;
                auto& weight = changed[static_cast<std::size_t>(edge.weight)];
                if (change.factor != 1) weight = weight * change.factor;
                auto current =
                    executors::carried(edge, changed, at.by(edge, t)).to(at::kDouble) * static_cast<double>(edge.sign);
                if (change.is_cut) current.zero_();
                of.current[static_cast<std::size_t>(source_of(plan, edge))][step] += current.sum().item<double>();
                executors::accumulate(excitation[type], 1, current.clamp_min(0));
                executors::accumulate(inhibition[type], -1, current.clamp_max(0));
            }
            for (std::size_t type = 0; type < all.size(); ++type) {
                auto& of = all[type];
                of.excitation[step] += excitation[type].sum().item<double>();
                of.inhibition[step] += inhibition[type].sum().item<double>();
                if (t != steps) continue;
                of.by_neuron_excitation += excitation[type].sum(0).cpu();
                of.by_neuron_inhibition += inhibition[type].sum(0).cpu();
                of.squares_excitation += excitation[type].square().sum().item<double>();
                of.squares_inhibition += inhibition[type].square().sum().item<double>();
                of.products += (excitation[type] * inhibition[type]).sum().item<double>();
            }
        }
        if (options.progress) options.progress(first + count, shown.count());
    }
    std::vector<type_balance> found;
    found.reserve(all.size());
    for (std::size_t type = 0; type < all.size(); ++type)
        found.push_back(summarised(all[type], plan.types[type].shape, shown.count()));
    return found;
}

}  // namespace cortexpr::workbench
