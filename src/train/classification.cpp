#include "classification.hpp"

#include "../executors/device_kernels.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cortexpr {

namespace {

/// Weights under which all classes that have examples count the same, and an example counts 1 on average.
std::vector<double> balancing_weights(const data::labelled_images& examples) {
    std::vector<double> counts(static_cast<std::size_t>(examples.classes));
    for (const auto label : examples.labels) ++counts[label];
    const auto present = std::ranges::count_if(counts, [](double count) { return count > 0; });
    std::vector<double> weights;
    for (const double count : counts)
        weights.push_back(count > 0 ? examples.count / (static_cast<double>(present) * count) : 0);
    return weights;
}

void require_of_targets(const loss_options& options, loss_kind kind, const data::labelled_images& examples) {
    const auto refuse = [&](std::string_view what) {
        throw usage_error(
            fmt::format("{} need classes, but {} has targets; leave that setting out", what, examples.source));
    };
    if (kind == loss_kind::cross_entropy)
        throw usage_error(
            fmt::format("cross-entropy needs classes, but {} has targets; use squared-error, "
                        "absolute-error or huber",
                        examples.source));
    if (!options.class_weights.empty()) refuse("class weights");
    if (options.balance_classes) refuse("weights that balance classes");
    if (options.label_smoothing != 0) refuse("smoothed labels");
}

at::Tensor deviations_of(const data::labelled_images& examples, const at::TensorOptions& like) {
    constexpr double largest = 1e30;  // squares of quotients, and their gradients, stay within float32
    std::vector<double> deviations;
    for (const auto& target : data::measured_targets(examples)) {
        if (!(target.standard_deviation >= 1 / largest && target.standard_deviation <= largest))
            throw usage_error(
                fmt::format("target {} of {} has a deviation of {}, which is beyond the network's numbers; "
                            "give it in other units",
                            deviations.size(), examples.source, target.standard_deviation));
        deviations.push_back(target.standard_deviation);
    }
    return at::tensor(deviations, at::kDouble).to(like);
}

/// Mean squared error over the classes, of each example.
at::Tensor squared_errors(const at::Tensor& logits, const at::Tensor& labels, double smoothing) {
    const auto classes = logits.size(1);
    const auto targets = at::one_hot(labels, classes).to(logits.scalar_type());
    return (logits - targets * (1 - smoothing) - smoothing / static_cast<double>(classes)).square().mean(1);
}

/// A sum over examples that count so much, as their mean: 0 where all count nothing.
at::Tensor mean_of(const at::Tensor& sum, const at::Tensor& counted) {
    const auto all = counted.sum();
    return at::where(all > 0, sum / at::where(all > 0, all, at::ones_like(all)), sum * 0);
}

at::Tensor loss_of_step(const at::Tensor& logits, const at::Tensor& labels, const loss_criterion& criterion,
                        at::Reduction::Reduction over_examples) {
    const auto& weights = criterion.class_weights;
    const auto given = weights.defined() ? std::optional(weights) : std::nullopt;
    if (criterion.has_zero_weights && over_examples != at::Reduction::Sum)
        return mean_of(loss_of_step(logits, labels, criterion, at::Reduction::Sum), weights.index_select(0, labels));
    if (criterion.kind == loss_kind::cross_entropy)
        return at::cross_entropy_loss(logits, labels, given, over_examples, /*ignore_index=*/-100,
                                      criterion.label_smoothing);
    const auto errors = squared_errors(logits, labels, criterion.label_smoothing);
    const auto counted = given ? weights.index_select(0, labels) : at::ones_like(errors);
    const auto sum = (errors * counted).sum();
    return over_examples == at::Reduction::Sum ? sum : sum / counted.sum();
}

}  // namespace

logits_request shown(const data::labelled_images& examples, int steps, bool all_steps) {
    return {examples.is_sequence() ? std::nullopt : std::optional(steps), all_steps};
}

loss_criterion criterion_of(const loss_options& options, const data::labelled_images& examples,
                            const at::TensorOptions& like) {
    const auto kind = options.loss.value_or(usual_loss(examples.has_targets()));
    if (examples.has_targets()) {
        require_of_targets(options, kind, examples);
        return {.kind = kind, .target_deviations = deviations_of(examples, like)};
    }
    if (kind != loss_kind::cross_entropy && kind != loss_kind::squared_error)
        throw usage_error(fmt::format("{} needs targets, but {} has classes; use cross-entropy or squared-error",
                                      name_of(kind), examples.source));
    loss_criterion criterion{.kind = kind, .label_smoothing = options.label_smoothing};
    if (!options.class_weights.empty() && std::ssize(options.class_weights) != examples.classes)
        throw usage_error(fmt::format("{} class weights were given, but {} has {} classes",
                                      options.class_weights.size(), examples.source, examples.classes));
    if (options.balance_classes && !options.class_weights.empty())
        throw usage_error("classes can be balanced or have weights that are given, but not both");
    const auto weights = options.balance_classes ? balancing_weights(examples) : options.class_weights;
    if (weights.empty()) return criterion;
    criterion.class_weights = at::tensor(weights, at::kDouble).to(like);
    criterion.has_zero_weights = std::ranges::find(weights, 0.0) != weights.end();
    if (std::ranges::all_of(weights, [](double weight) { return weight == 0; }))
        throw usage_error("the class weights are all 0, so nothing would be learnt; give one above 0");
    const auto lost = (criterion.class_weights == 0).sum().item<std::int64_t>() - std::ranges::count(weights, 0.0);
    if (lost > 0 || !std::isfinite(criterion.class_weights.sum().item<double>()))  // which means are divided by
        throw usage_error(fmt::format("class weights of {} are beyond the network's {}; only their ratios count",
                                      fmt::join(weights, ", "), like.dtype().name()));
    return criterion;
}

at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& labels, const loss_criterion& criterion,
                               at::Reduction::Reduction over_examples) {
    if (logits.dim() == 2) return loss_of_step(logits, labels, criterion, over_examples);
    const auto steps = logits.size(0);
    const auto loss = loss_of_step(logits.flatten(0, 1), labels.repeat({steps}), criterion, over_examples);
    return over_examples == at::Reduction::Sum ? loss / steps : loss;
}

std::optional<judged_answers> judged(const at::Tensor& logits, const at::Tensor& labels,
                                     const loss_criterion& criterion) {
    const auto device = logits.device();
    const auto* kernels = executors::kernels_on(device);
    if (kernels == nullptr || criterion.has_zero_weights || logits.scalar_type() != at::kFloat || logits.numel() == 0 ||
        labels.scalar_type() != at::kLong || labels.device() != device)
        return std::nullopt;
    const auto values = logits.detach().contiguous(), given = labels.contiguous();
    const auto weights =
        criterion.class_weights.defined() ? criterion.class_weights.to(values.options()).contiguous() : at::Tensor();
    const auto classes = values.size(-1), rows = values.numel() / classes;
    const auto partial =
        at::empty({std::int64_t{2} * kernels::cuda::loss_blocks(static_cast<int>(rows))}, values.options());
    judged_answers result{at::empty({}, values.options()), at::empty({2}, values.options().dtype(at::kDouble)),
                          at::empty_like(values)};
    launch(*kernels, kernels->loss,
           {.rows = static_cast<int>(rows),
            .classes = static_cast<int>(classes),
            .examples = static_cast<int>(given.numel()),
            .is_squared = criterion.kind != loss_kind::cross_entropy,
            .smoothing = static_cast<float>(criterion.label_smoothing),
            .logits = values.const_data_ptr<float>(),
            .labels = given.const_data_ptr<std::int64_t>(),
            .weights = weights.defined() ? weights.const_data_ptr<float>() : nullptr,
            .partial = partial.mutable_data_ptr<float>(),
            .loss = result.loss.mutable_data_ptr<float>(),
            .report = result.report.mutable_data_ptr<double>(),
            .logit_adjoint = result.gradient.mutable_data_ptr<float>()},
           device);
    return result;
}

at::Tensor last_step(const at::Tensor& answers) { return answers.dim() == 2 ? answers : answers.select(0, -1); }

at::Tensor right_answers(const at::Tensor& logits, const at::Tensor& labels) {
    return last_step(logits).detach().argmax(1).eq(labels).sum();
}

}  // namespace cortexpr
