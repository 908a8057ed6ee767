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
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <fmt/format.h>

#include <algorithm>
#include <numbers>

namespace cortexpr::workbench {

namespace {

/// Which examples are of which class, and of which half of a class: every other one.
class class_halves {
  public:
    class_halves(const at::Tensor& labels, int classes)
        : classes_(at::one_hot(labels, classes).to(at::kDouble)),
          members_(at::stack({classes_ * (1 - odd_in(labels)), classes_ * odd_in(labels)})) {}

    /// How many examples each half has of each class, (2, classes).
    at::Tensor counts() const { return members_.sum(1); }

    /// By half, (2, classes, neurons), and over all, (classes, neurons), of some examples from the first one on.
    at::Tensor sums_by_half(std::int64_t first, const at::Tensor& rates) const {
        return members_.narrow(1, first, rates.size(0)).transpose(1, 2).matmul(rates);
    }
    at::Tensor sums(std::int64_t first, const at::Tensor& rates) const {
        return classes_.narrow(0, first, rates.size(0)).t().mm(rates);
    }

  private:
    static at::Tensor odd_in(const at::Tensor& labels) {
        return ordered_by_class(labels).rank.remainder(2).unsqueeze(1).to(at::kDouble);
    }

    at::Tensor classes_;  ///< (examples, classes), 1 or 0
    at::Tensor members_;  ///< (2, examples, classes), likewise
};

/// The sums of one type, (classes, neurons): over two halves of the examples, and of squares over all.
struct tuning_sums {
    at::Tensor rates;  ///< (2, classes, neurons)
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

/// Where each half has examples of two classes, one ranks them and the other answers.
std::vector<double> ranked(const at::Tensor& sums, const at::Tensor& counts, const at::Tensor& rates) {
    if (!are_halved(counts)) return aligned(rates, rates, false);
    return aligned(half_means(sums, counts, 0), half_means(sums, counts, 1), false);
}

type_tuning summarised(const tuning_sums& of, const at::Tensor& counts, const std::vector<std::int64_t>& shape,
                       double period) {
    const auto shaped = [&shape](const at::Tensor& by_neuron) {
        auto sizes = by_neuron.sizes().vec();
        sizes.pop_back();
        sizes.insert(sizes.end(), shape.begin(), shape.end());
        return by_neuron.reshape(sizes);
    };
    const auto count = counts.sum(0).unsqueeze(1);
    const auto all = of.rates.sum(0);
    const auto rates = all / count;
    const auto deviation = (of.squares / count - rates.square()).clamp_min(0).sqrt();
    type_tuning found{.rates = shaped(rates),
                      .deviation = shaped(deviation),
                      .preferred = shaped(rates.argmax(0)),
                      .selectivity = shaped(period > 0 ? selectivity_of(rates) : selectivity_of(of.rates, counts)),
                      .aligned = period > 0 ? aligned(rates, rates, true) : ranked(of.rates, counts, rates),
                      .mean_rate = (all.sum(0) / counts.sum()).mean().item<double>()};
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

/// \throws usage_error  no batches, steps that aren't run, no classes, or one without examples
void require_measurable(const shown_examples& shown, const data::labelled_images& examples,
                        const tuning_options& options, int steps) {
    shown.require_shown(options.perturbations);
    if (options.from < 0 || options.from > steps)
        throw usage_error(
            fmt::format("rates from step {} on were asked for, but the run has steps 1 to {}", options.from, steps));
    if (shown.has_targets())
        throw usage_error(
            fmt::format("{} has targets and no classes, so no tuning to classes can be measured", examples.source));
    const auto there = shown.labels(0, shown.count()).bincount({}, examples.classes);
    for (std::int64_t label = 0; label < examples.classes; ++label)
        if (there[label].item<std::int64_t>() == 0)
            throw usage_error(
                fmt::format("{} has no example of class {}, so no tuning to it can be measured; show more of it",
                            examples.source, label));
}

std::vector<tuning_sums> no_sums(const probed_network& network, int classes) {
    std::vector<tuning_sums> all;
    for (std::size_t type = 0; type < network.type_names().size(); ++type) {
        const auto neurons = network.neurons(type);
        all.push_back({at::zeros({2, classes, neurons}, at::kDouble), at::zeros({classes, neurons}, at::kDouble)});
    }
    return all;
}

}  // namespace

std::vector<type_tuning> tuning_of(const any_network& of, const data::labelled_images& examples,
                                   const tuning_options& options) {
    const auto& network = of.probed();
    const auto types = network.type_names().size();
    const shown_examples shown(examples, {});
    const int steps = shown.frames().value_or(options.steps);
    require_measurable(shown, examples, options, steps);
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network.module());
    run_request request;
    if (!shown.frames()) request.steps = options.steps;
    const bool is_mean = options.from > 0 && options.from < steps;
    if (is_mean) request.record_states.assign(types, true);
    auto all = no_sums(network, examples.classes);
    const class_halves halves(shown.labels(0, shown.count()), examples.classes);
    shown.by_batch(options.batch_size, options.progress, [&](std::int64_t first, std::int64_t count) {
        request.perturbations = shown.within(options.perturbations, first, count);
        const auto run = network.run(shown.inputs(first, count, network.module()), request);
        for (std::size_t type = 0; type < types; ++type) {
            const auto states = is_mean ? run.states[type].slice(1, options.from - 1).mean(1) : run.final_states[type];
            const auto rates = states.flatten(1).cpu().to(at::kDouble);
            all[type].rates += halves.sums_by_half(first, rates);
            all[type].squares += halves.sums(first, rates.square());
        }
    });
    std::vector<type_tuning> found;
    for (std::size_t type = 0; type < types; ++type)
        found.push_back(summarised(all[type], halves.counts(), network.type_shape(type), options.period));
    return found;
}

}  // namespace cortexpr::workbench
