#include "balance_sums.hpp"

#include <cortexpr/train/trainer.hpp>

#include <ATen/ops/full_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace cortexpr::workbench {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

type_balance mean_of(const balance_sums& all, std::int64_t images) {
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

current_source source_of(neuron_class kind) {
    return kind == neuron_class::excitatory   ? current_source::excitatory
           : kind == neuron_class::inhibitory ? current_source::inhibitory
                                              : current_source::hybrid;
}

balance_sums::balance_sums(int steps, at::IntArrayRef neurons)
    : excitation(static_cast<std::size_t>(steps) - 1),
      inhibition(excitation),
      by_neuron_excitation(at::zeros(neurons, at::kDouble)),
      by_neuron_inhibition(by_neuron_excitation.clone()) {}

void balance_sums::add(std::size_t step, const at::Tensor& excitation_now, const at::Tensor& inhibition_now) {
    excitation[step] += excitation_now.sum().item<double>();
    inhibition[step] += inhibition_now.sum().item<double>();
    if (step + 1 < excitation.size()) return;
    by_neuron_excitation += excitation_now.sum(0).cpu();
    by_neuron_inhibition += inhibition_now.sum(0).cpu();
    squares_excitation += excitation_now.square().sum().item<double>();
    squares_inhibition += inhibition_now.square().sum().item<double>();
    products += (excitation_now * inhibition_now).sum().item<double>();
}

std::vector<type_balance> summarised(const std::vector<balance_sums>& types, std::int64_t images) {
    std::vector<type_balance> all;
    for (const auto& one : types) all.push_back(mean_of(one, images));
    return all;
}

int balance_steps(const shown_examples& shown, const balance_options& options) {
    const int steps = shown.frames().value_or(options.steps);
    if (steps < 2)
        throw usage_error(
            "balance needs 2 steps or more: at the first one, recurrent currents come from where states start");
    return steps;
}

std::vector<type_balance> balance_of(const any_network& network, const data::labelled_images& examples,
                                     const balance_options& options) {
    for (const auto& one : options.perturbations)
        if (!one.where.images.empty())
            throw usage_error("balance is a mean over all images, so its perturbations name none");
    auto found = network.areas() != nullptr ? balance_of_areas(*network.areas(), examples, options)
                                            : balance_of_cells(*network.connectome(), examples, options);
    require_finite(network, found);
    return found;
}

}  // namespace cortexpr::workbench
