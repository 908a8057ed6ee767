#include <cortexpr/workbench/effects.hpp>

#include "../train/evaluation_mode.hpp"
#include "probed_network.hpp"
#include "selectivity.hpp"
#include "shown.hpp"

#include <cortexpr/train/trainer.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/quantile.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace cortexpr::workbench {

namespace {

constexpr double confidence = 0.95;
// Groups of images, of which one at a time is left out: fewer where their sums by class would take more than 256 MiB.
constexpr std::int64_t least_groups = 5, most_groups = 20, most_sums = std::int64_t{1} << 25;
constexpr std::int64_t half_count = 2;

/// The mean selectivity of a type's neurons, which no single image has.
struct selectivity_found {
    double mean = 0;
    double least = 0;       ///< that it can be
    at::Tensor left_out{};  ///< (groups): the same without one group of images; undefined where two classes aren't left
};

/// What one network does with all images: numbers of each image, float64.
struct outcome {
    at::Tensor right{};               ///< (images), whose mean is the accuracy, or R2; undefined without a readout
    std::vector<at::Tensor> rates{};  ///< by type: (images), mean over neurons
    std::vector<std::optional<selectivity_found>> selectivity{};
};

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

estimate interval_of(double mean, const at::Tensor& resampled) {
    const auto bound = [&resampled](double share) { return at::quantile(resampled, share).item<double>(); };
    return {mean, bound((1 - confidence) / 2), bound((1 + confidence) / 2)};
}

/// Student's interval around a mean; its standard error was estimated from that many values.
estimate interval_of(double mean, double error, std::int64_t values) {
    const boost::math::students_t distribution(static_cast<double>(values - 1));
    const double half = boost::math::quantile(distribution, (1 + confidence) / 2) * error;
    return {mean, mean - half, mean + half};
}

/// The mean over several networks and its interval.
estimate interval_of(const at::Tensor& values) {
    const auto count = values.numel();
    return interval_of(values.mean().item<double>(),
                       values.std().item<double>() / std::sqrt(static_cast<double>(count)), count);
}

/// Student's interval of a share over few models may go beyond what a share can be.
estimate within(estimate one, double least, double most) {
    return {one.mean, std::max(one.low, least), std::min(one.high, most)};
}

/// By a jackknife over groups of images (J. W. Tukey, 1958): it takes the sums of each group, where a bootstrap would
/// take the rates of every neuron to every image. Where leaving a group out isn't defined, from the least to the most
/// that there can be.
estimate jackknifed(double mean, const at::Tensor& left_out, double least, double most) {
    if (!left_out.defined()) return {mean, least, most};
    const auto groups = left_out.numel();
    const double error =
        left_out.std().item<double>() * static_cast<double>(groups - 1) / std::sqrt(static_cast<double>(groups));
    return interval_of(mean, error, groups);
}

/// A difference that is no more than the rounding of what it is taken of, numbers of some size, is none.
estimate beyond_rounding(const estimate& difference, double size) {
    const double rounding = 1e-12 * size;
    const double mean = std::abs(difference.mean) > rounding ? difference.mean : 0;
    if (!(difference.high - difference.low <= rounding)) return {mean, difference.low, difference.high};
    return {mean, mean, mean};
}

double size_of(const at::Tensor& one, const at::Tensor& other) {
    return std::max(one.abs().max().item<double>(), other.abs().max().item<double>());
}

/// Means, and differences of means, of the rows of a table with their intervals.
class intervals {
  public:
    virtual ~intervals() = default;
    virtual estimate of(std::int64_t row) const = 0;
    virtual estimate of_difference(std::int64_t row, std::int64_t from) const = 0;
};

/// By a bootstrap over the columns, which are images: all rows with the same draws, one resample after another, so that
/// no table of draws is kept.
class over_images final : public intervals {
  public:
    over_images(const at::Tensor& values, int resamples)
        : means_(values.mean(1)), resampled_(at::empty({resamples, values.size(0)}, at::kDouble)) {
        const auto images = values.size(1);
        auto draws = at::detail::createCPUGenerator(0);
        const auto one = at::full({images}, 1.0 / static_cast<double>(images), at::kDouble);
        for (std::int64_t i = 0; i < resamples; ++i) {
            const auto weights =
                at::zeros({images}, at::kDouble).index_add_(0, at::randint(images, {images}, draws, at::kLong), one);
            resampled_.select(0, i).copy_(values.mv(weights));
        }
    }
    estimate of(std::int64_t row) const override {
        return interval_of(means_[row].item<double>(), resampled_.select(1, row));
    }
    estimate of_difference(std::int64_t row, std::int64_t from) const override {
        return beyond_rounding(interval_of((means_[row] - means_[from]).item<double>(),
                                           resampled_.select(1, row) - resampled_.select(1, from)),
                               size_of(means_[row], means_[from]));
    }

  private:
    at::Tensor means_, resampled_;
};

/// Over the columns, which are networks.
class over_networks final : public intervals {
  public:
    explicit over_networks(at::Tensor values) : values_(std::move(values)) {}
    estimate of(std::int64_t row) const override { return interval_of(values_[row]); }
    estimate of_difference(std::int64_t row, std::int64_t from) const override {
        return beyond_rounding(interval_of(values_[row] - values_[from]), size_of(values_[row], values_[from]));
    }

  private:
    at::Tensor values_;
};

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
    const std::unique_ptr<intervals> found =
        networks == 1 ? std::unique_ptr<intervals>(std::make_unique<over_images>(table, options.resamples))
                      : std::make_unique<over_networks>(table);
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
