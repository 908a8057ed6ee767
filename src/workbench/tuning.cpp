#include <cortexpr/workbench/tuning.hpp>

#include "../train/evaluation_mode.hpp"
#include "probed_network.hpp"
#include "selectivity.hpp"
#include "shown.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/atan2.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numbers>

namespace cortexpr::workbench {

namespace {

/// The sums of one type, (classes, neurons): over two halves of the examples, and of squares over all.
struct sums {
    std::array<at::Tensor, 2> rates;
    at::Tensor squares;
};

/// Rates by distance from the preferred value, or by rank, mean over neurons.
std::vector<double> aligned(const at::Tensor& preferring, const at::Tensor& answering, bool is_circular) {
    const auto classes = preferring.size(0);
    const auto order = [&] {
        if (!is_circular) return preferring.argsort(0, /*descending=*/true);
        const auto offsets = at::arange(-(classes / 2), classes - classes / 2, at::kLong).unsqueeze(1);
        return at::remainder(preferring.argmax(0).unsqueeze(0) + offsets, classes);
    }();
    const auto mean = answering.gather(0, order).mean(1).contiguous();
    return {mean.const_data_ptr<double>(), mean.const_data_ptr<double>() + classes};
}

type_tuning summarised(const sums& of, const std::array<at::Tensor, 2>& counts, const std::vector<std::int64_t>& shape,
                       double period) {
    const auto shaped = [&shape](const at::Tensor& by_neuron) {
        auto sizes = by_neuron.sizes().vec();
        sizes.pop_back();
        sizes.insert(sizes.end(), shape.begin(), shape.end());
        return by_neuron.reshape(sizes);
    };
    const auto count = (counts[0] + counts[1]).unsqueeze(1);
    const auto rates = (of.rates[0] + of.rates[1]) / count;
    const auto deviation = (of.squares / count - rates.square()).clamp_min(0).sqrt();
    const bool has_halves = period == 0 && (counts[1] > 0).all().item<bool>();
    type_tuning found{.rates = shaped(rates),
                      .deviation = shaped(deviation),
                      .preferred = shaped(rates.argmax(0)),
                      .selectivity = shaped(selectivity_of(rates)),
                      .aligned = has_halves ? aligned(of.rates[0] / counts[0].unsqueeze(1),
                                                      of.rates[1] / counts[1].unsqueeze(1), false)
                                            : aligned(rates, rates, period > 0)};
    if (period > 0) {
        const auto classes = rates.size(0);
        const auto angles = (at::arange(classes, at::kDouble) * (2 * std::numbers::pi / static_cast<double>(classes)));
        const auto across = rates.t().mv(angles.cos()), up = rates.t().mv(angles.sin());
        const auto size = rates.abs().sum(0);
        found.vector_length = shaped(
            at::where(size > 0, (across.square() + up.square()).sqrt() / size.clamp_min(1e-300), at::zeros_like(size)));
        found.vector_angle = shaped(at::remainder(at::atan2(up, across) * (period / (2 * std::numbers::pi)), period));
    }
    return found;
}

}  // namespace

std::vector<type_tuning> tuning_of(const any_network& of, const data::labelled_images& examples,
                                   const tuning_options& options) {
    const auto& network = of.probed();
    const auto types = network.type_names().size();
    const shown_examples shown(examples, {});
    const int steps = shown.frames().value_or(options.steps);
    if (options.batch_size < 1) throw usage_error("tuning is measured with batches of at least one example");
    if (options.from < 0 || options.from > steps)
        throw usage_error(
            fmt::format("rates from step {} on were asked for, but the run has steps 1 to {}", options.from, steps));
    if (shown.has_targets())
        throw usage_error(
            fmt::format("{} has targets and no classes, so no tuning to classes can be measured", examples.source));
    const auto all_labels = shown.labels(0, shown.count());
    const auto there = all_labels.bincount({}, examples.classes);
    for (std::int64_t label = 0; label < examples.classes; ++label)
        if (there[label].item<std::int64_t>() == 0)
            throw usage_error(
                fmt::format("{} has no example of class {}, so no tuning to it can be measured; show more of it",
                            examples.source, label));
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network.module());
    run_request request;
    if (!shown.frames()) request.steps = options.steps;
    request.perturbations = options.perturbations;
    const bool is_mean = options.from > 0 && options.from < steps;
    if (is_mean) request.record_states.assign(types, true);
    std::vector<sums> all;
    for (std::size_t type = 0; type < types; ++type) {
        std::int64_t neurons = 1;
        for (const auto size : network.type_shape(type)) neurons *= size;
        const auto none = at::zeros({examples.classes, neurons}, at::kDouble);
        all.push_back({{none, none.clone()}, none.clone()});
    }
    // Every other example of a class: whether it has an even number among those of its class.
    const auto one_of = at::one_hot(all_labels, examples.classes).to(at::kDouble);  // (examples, classes)
    const auto is_odd = at::remainder((one_of.cumsum(0) * one_of).sum(1) - 1, 2).unsqueeze(1);
    const std::array<at::Tensor, 2> halves{one_of * (1 - is_odd), one_of * is_odd};
    for (std::int64_t first = 0; first < shown.count(); first += options.batch_size) {
        const auto count = std::min<std::int64_t>(options.batch_size, shown.count() - first);
        const auto run = network.run(shown.inputs(first, count, network.module()), request);
        for (std::size_t type = 0; type < types; ++type) {
            const auto states = is_mean ? run.states[type].slice(1, options.from - 1).mean(1) : run.final_states[type];
            const auto rates = states.flatten(1).cpu().to(at::kDouble);
            for (std::size_t half : {0, 1})
                all[type].rates[half].addmm_(halves[half].narrow(0, first, count).t(), rates);
            all[type].squares.addmm_(one_of.narrow(0, first, count).t(), rates.square());
        }
        if (options.progress) options.progress(first + count, shown.count());
    }
    const std::array<at::Tensor, 2> counts{halves[0].sum(0), halves[1].sum(0)};
    std::vector<type_tuning> found;
    for (std::size_t type = 0; type < types; ++type)
        found.push_back(summarised(all[type], counts, network.type_shape(type), options.period));
    return found;
}

}  // namespace cortexpr::workbench
