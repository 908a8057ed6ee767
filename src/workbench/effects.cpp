#include <cortexpr/workbench/effects.hpp>

#include "intervals.hpp"
#include "outcome.hpp"
#include "probed_network.hpp"
#include "shown.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/train/trainer.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <limits>

namespace cortexpr::workbench {

namespace {

/// What was measured of a variant with one network, a row for the accuracy and one for each neuron type: (rows,
/// images).
at::Tensor rows_of(const outcome& one) {
    auto rows = one.rates;
    rows.insert(rows.begin(), one.right.defined() ? one.right : at::zeros_like(one.rates.front()));
    return at::stack(rows);
}

/// A type's selectivity against the unperturbed networks'; nothing where there is none, which the examples decide.
std::optional<selectivity_effect> selectivity_effect_of(const std::vector<outcome>& of_networks,
                                                        const std::vector<outcome>& unperturbed, std::size_t type) {
    std::vector<double> values, changes;
    for (std::size_t i = 0; i < of_networks.size(); ++i) {
        const auto &here = of_networks[i].selectivity[type], &from = unperturbed[i].selectivity[type];
        if (!here || !from) return std::nullopt;
        values.push_back(here->mean);
        changes.push_back(here->mean - from->mean);
        if (of_networks.size() > 1) continue;
        const bool is_known = here->left_out.defined() && from->left_out.defined();
        return selectivity_effect{
            .selectivity = jackknifed(here->mean, here->left_out, here->least, 1),
            .change =
                beyond_rounding(jackknifed(changes.front(), is_known ? here->left_out - from->left_out : at::Tensor(),
                                           here->least - 1, 1 - from->least),
                                1)};
    }
    return selectivity_effect{.selectivity = interval_of(at::tensor(values)),
                              .change = beyond_rounding(interval_of(at::tensor(changes)), 1)};
}

/// `outcomes` by variant and network; the first variant is what the others are compared with.
std::vector<effect> summarised(std::span<const variant> variants, const std::vector<std::vector<outcome>>& outcomes,
                               const effect_options& options, bool is_of_targets) {
    const auto networks = outcomes.front().size();
    std::vector<at::Tensor> rows;
    for (const auto& of_networks : outcomes) {
        if (networks == 1) {
            rows.push_back(rows_of(of_networks.front()));
            continue;
        }
        std::vector<at::Tensor> means;
        for (const auto& one : of_networks) means.push_back(rows_of(one).mean(1));
        rows.push_back(at::stack(means, 1));
    }
    const auto height = rows.front().size(0);
    const auto table = at::cat(rows);
    const auto found = networks == 1 ? intervals_over_images(table, options.resamples) : intervals_over_networks(table);
    std::vector<effect> effects;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const auto first = static_cast<std::int64_t>(i) * height;
        effect one{.of = variants[i], .of_accuracy = {}, .types = {}};
        if (outcomes[i].front().right.defined() && is_of_targets)
            one.of_r2 = {.r2 = within(found->of(first), -std::numeric_limits<double>::infinity(), 1),
                         .change = found->of_difference(first, 0)};
        else if (outcomes[i].front().right.defined())
            one.of_accuracy = {.accuracy = within(found->of(first), 0, 1),
                               .change = within(found->of_difference(first, 0), -1, 1)};
        for (std::int64_t type = 1; type < height; ++type) {
            one.types.push_back(
                {.rate = found->of(first + type), .rate_change = found->of_difference(first + type, type)});
            one.types.back().of_selectivity =
                selectivity_effect_of(outcomes[i], outcomes.front(), static_cast<std::size_t>(type) - 1);
        }
        effects.push_back(std::move(one));
    }
    return effects;
}

template <class Network>
std::vector<variant> variants_over(const Network& network, const perturbation& one,
                                   const std::vector<double>& strengths) {
    if (!one.amount || strengths.empty()) return {{text_of(network, one), one.amount, {one}}};
    std::vector<variant> all;
    for (const double strength : strengths) {
        auto changed = one;
        changed.amount = strength;
        all.push_back({text_of(network, changed), strength, {changed}});
    }
    return all;
}

}  // namespace

std::vector<variant> over_strengths(const plan::network& network, const perturbation& one,
                                    const std::vector<double>& strengths) {
    return variants_over(network, one, strengths);
}

std::vector<variant> over_strengths(const any_network& network, const perturbation& one,
                                    const std::vector<double>& strengths) {
    return variants_over(network, one, strengths);
}

std::vector<effect> effects_of(std::span<const any_network> networks, const data::labelled_images& examples,
                               std::span<const variant> variants, const effect_options& options) {
    if (networks.empty()) throw usage_error("no network was given");
    for (const auto& network : networks)
        if (network.module().fingerprint() != networks.front().module().fingerprint())
            throw usage_error("networks whose perturbations are compared have one type; these have several");
    for (const auto& network : networks)
        if (const auto& module = network.module(); examples.has_targets() && network.probed().has_readout())
            require_targets(module.name(), module.targets(), examples);
    if (options.batch_size < 1 || options.resamples < 1) throw usage_error("a batch, or a bootstrap, of nothing");
    const shown_examples shown(examples, {});
    for (const auto& one : variants) shown.require_shown(one.perturbations);
    const auto batches = (shown.count() + options.batch_size - 1) / options.batch_size;
    const auto all = batches * static_cast<std::int64_t>(networks.size() * (variants.size() + 1));
    std::int64_t done = 0;
    const auto batch_done = [&] {
        if (options.progress) options.progress(++done, all);
    };
    std::vector<variant> every{{"none", {}, {}}};
    every.insert(every.end(), variants.begin(), variants.end());
    std::vector<std::vector<outcome>> outcomes;
    for (const auto& one : every) {
        outcomes.emplace_back();
        for (const auto& network : networks)
            outcomes.back().push_back(
                outcome_of(network.probed(), shown, one, options, std::max(1, examples.classes), batch_done));
    }
    return summarised(every, outcomes, options, examples.has_targets());
}

}  // namespace cortexpr::workbench
