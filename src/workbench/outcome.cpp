#include "outcome.hpp"

#include "../train/evaluation_mode.hpp"
#include "selectivity.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cortexpr::workbench {

namespace {

// Groups of images, of which one at a time is left out: fewer where their sums by class would take more than 256 MiB.
constexpr std::int64_t least_groups = 5, most_groups = 20, most_sums = std::int64_t{1} << 25;
constexpr std::int64_t half_count = 2;

/// Mean over neurons, from sums of rates by half and class, (2, classes, neurons), over the classes that were shown.
std::optional<double> mean_selectivity(const at::Tensor& sums, const at::Tensor& counts) {
    const auto shown = (counts.sum(0) > 0).sum().item<std::int64_t>();
    if (shown < 2 || sums.size(2) == 0) return std::nullopt;
    return selectivity_of(sums, counts).mean().item<double>();
}

/// The selectivity in sums by half, group and class, (2, groups, classes, neurons); `counts`: how many images each sum
/// is of.
std::optional<selectivity_found> selectivity_in(const at::Tensor& sums, const at::Tensor& counts) {
    const auto all = sums.sum(1), all_counts = counts.sum(1);
    const auto mean = mean_selectivity(all, all_counts);
    if (!mean) return std::nullopt;
    selectivity_found found{.mean = *mean, .least = are_halved(all_counts) ? -1.0 : 0.0};
    std::vector<double> left_out;
    for (std::int64_t group = 0; group < sums.size(1); ++group) {
        const auto rest_counts = all_counts - counts.select(1, group);
        const auto rest = mean_selectivity(all - sums.select(1, group), rest_counts);
        // Of the same classes, or the loss of one would pass for the noise of images.
        if (rest && halved_classes(rest_counts).equal(halved_classes(all_counts))) left_out.push_back(*rest);
    }
    if (left_out.size() == static_cast<std::size_t>(sums.size(1))) found.left_out = at::tensor(left_out);
    return found;
}

/// The variance of each target over all that is shown.
at::Tensor variances_of(const shown_examples& examples) {
    return examples.targets(0, examples.count()).to(at::kDouble).var(0, /*unbiased=*/false);
}

/// Each image's score: 1 or 0, or 1 - squared error / variance, mean over the targets that vary; undefined where none
/// does.
at::Tensor rightness_of(const at::Tensor& logits, const at::Tensor& labels, const shown_examples& examples,
                        std::int64_t first, const at::Tensor& variances) {
    if (!variances.defined()) return logits.argmax(1).eq(labels).to(at::kDouble);
    const auto errors = logits.to(at::kDouble) - examples.targets(first, logits.size(0)).to(at::kDouble);
    const auto varying = (variances > 0).nonzero().flatten();
    if (varying.numel() == 0) return {};
    return 1 - (errors.square() / variances).index_select(1, varying).mean(1);
}

std::int64_t groups_of(const probed_network& network, const shown_examples& examples, int classes) {
    std::int64_t sums = 1;
    for (std::size_t type = 0; type < network.type_names().size(); ++type)
        sums += half_count * network.neurons(type) * classes;
    return std::min(examples.count(), std::clamp(most_sums / sums, least_groups, most_groups));
}

/// Sums of each type's rates by half, group and class of the images.
class rate_sums {
  public:
    rate_sums(const probed_network& network, const shown_examples& examples, int classes)
        : groups_(groups_of(network, examples, classes)), classes_(classes) {
        const auto labels =
            examples.has_targets() ? at::zeros({examples.count()}, at::kLong) : examples.labels(0, examples.count());
        // Dealt out class by class, so that groups and halves are alike whatever the order of the images.
        const auto order = ordered_by_class(labels);
        rows_ = (order.rank.remainder(half_count) * groups_ + order.place.remainder(groups_)) * classes + labels;
        const auto rows = half_count * groups_ * classes;
        counts_ = rows_.bincount({}, rows).to(at::kDouble);
        for (std::size_t type = 0; type < network.type_names().size(); ++type)
            sums_.push_back(at::zeros({rows, network.neurons(type)}, at::kDouble));
    }

    /// Rates of the images from this one on, (images, neurons).
    void add(std::size_t type, std::int64_t first, const at::Tensor& rates) {
        sums_[type].index_add_(0, rows_.narrow(0, first, rates.size(0)), rates);
    }
    std::optional<selectivity_found> selectivity(std::size_t type) const {
        const auto shaped = [this](const at::Tensor& rows) {
            return rows.unflatten(0, {half_count, groups_, classes_});
        };
        return selectivity_in(shaped(sums_[type]), shaped(counts_));
    }

  private:
    std::int64_t groups_, classes_;
    at::Tensor rows_, counts_;
    std::vector<at::Tensor> sums_{};
};

}  // namespace

outcome outcome_of(const probed_network& network, const shown_examples& examples, const variant& of,
                   const effect_options& options, int classes, const std::function<void()>& batch_done) {
    const auto types = network.type_names().size();
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network.module());
    run_request request;
    if (!examples.frames()) request.steps = options.steps;
    outcome found;
    std::vector<at::Tensor> right;
    std::vector<std::vector<at::Tensor>> rates(types);
    rate_sums sums(network, examples, classes);
    const auto variances = examples.has_targets() ? variances_of(examples) : at::Tensor();
    examples.by_batch(options.batch_size, {}, [&](std::int64_t first, std::int64_t count) {
        request.perturbations = examples.within(of.perturbations, first, count);
        const auto run = network.run(examples.inputs(first, count, network.module()), request);
        const auto labels = examples.has_targets() ? at::Tensor() : examples.labels(first, count);
        if (run.logits.defined())
            if (auto score = rightness_of(run.logits.cpu(), labels, examples, first, variances); score.defined())
                right.push_back(std::move(score));
        for (std::size_t type = 0; type < types; ++type) {
            const auto states = run.final_states[type].flatten(1).cpu().to(at::kDouble);
            // A connectome may lack a declared type's cells.
            rates[type].push_back(states.size(1) > 0 ? states.mean(1) : at::zeros({count}, at::kDouble));
            sums.add(type, first, states);
        }
        batch_done();
    });
    if (!right.empty()) found.right = at::cat(right);
    for (std::size_t type = 0; type < types; ++type) {
        found.rates.push_back(at::cat(rates[type]));
        found.selectivity.push_back(sums.selectivity(type));
    }
    return found;
}

}  // namespace cortexpr::workbench
