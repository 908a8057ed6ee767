#include "../module/constraints.hpp"
#include "batch_loader.hpp"
#include "evaluation_mode.hpp"
#include "regression.hpp"
#include "stopwatch.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/train/trainer.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <cmath>
#include <string_view>

namespace cortexpr {

namespace {

/// What a readout gives: one of them is 0.
struct outputs {
    int classes = 0, targets = 0;
};

void require_fit(std::string_view network, const plan::map_shape& expected, const outputs& given,
                 const data::labelled_images& images) {
    if (given.classes == 0 && given.targets == 0)
        throw usage_error(
            fmt::format("{} has no readout to train; declare classifier<{}, classes<...>, hidden<...>>, "
                        "or regressor<{}, targets<...>>; where {} is an area, write network<{}> in its place",
                        network, network, network, network, network));
    if (images.channels != expected.channels || images.height != expected.height || images.width != expected.width)
        throw usage_error(
            fmt::format("{} reads images of {}x{}x{} (channels x height x width), but those of {} are "
                        "{}x{}x{}; change input<...> or the data",
                        network, expected.channels, expected.height, expected.width, images.source, images.channels,
                        images.height, images.width));
    if (given.targets > 0 && !images.has_targets())
        throw usage_error(fmt::format("{} fits {} targets, but {} has labels; declare a classifier, or give targets",
                                      network, given.targets, images.source));
    if (given.classes > 0 && images.has_targets())
        throw usage_error(
            fmt::format("{} tells {} classes apart, but {} has targets; declare a regressor, or give labels", network,
                        given.classes, images.source));
    if (images.has_targets()) require_targets(network, given.targets, images);
    if (!images.has_targets() && images.classes != given.classes)
        throw usage_error(fmt::format("{} tells {} classes apart, but {} has {}; change classes<...> or the data",
                                      network, given.classes, images.source, images.classes));
    data::require_targets(images);
    if (images.count < 1) throw usage_error(fmt::format("{} holds no images", images.source));
}

}  // namespace

void require_targets(std::string_view network, int targets, const data::labelled_images& images) {
    if (images.target_count != targets)
        throw usage_error(fmt::format("{} fits {} targets, but {} has {}; change targets<...> or the data", network,
                                      targets, images.source, images.target_count));
}

void require_fit(const plan::network& network, const data::labelled_images& images) {
    const int count = network.readout.classes;
    require_fit(network.name, network.areas.front().input,
                network.is_regressor() ? outputs{.targets = count} : outputs{.classes = count}, images);
}

void require_fit(const trainable& network, const data::labelled_images& images) {
    auto expected = network.input_shape();
    const plan::map_shape shown{images.channels, images.height, images.width};
    if (network.flattens_inputs() && shown.size() == expected.size()) expected = shown;
    require_fit(network.name(), expected, {network.classes(), network.targets()}, images);
}

namespace {

loss_criterion criterion_for(const evaluation_options& options, const data::labelled_images& images,
                             const at::TensorOptions& like) {
    auto criterion = criterion_of({.loss = options.loss}, images, like);
    if (!images.has_targets() || options.target_deviations.empty()) return criterion;
    if (std::ssize(options.target_deviations) != images.target_count)
        throw usage_error(fmt::format("{} deviations of targets were given, but {} has {} targets",
                                      options.target_deviations.size(), images.source, images.target_count));
    criterion.target_deviations = at::tensor(options.target_deviations, at::kDouble).to(like);
    return criterion;
}

/// Counts of (class, answer) at the last step, flat.
at::Tensor answers_by_class(const at::Tensor& logits, const at::Tensor& labels) {
    const auto last = last_step(logits);
    const auto classes = last.size(1);
    return (labels * classes + last.argmax(1)).bincount({}, classes * classes);
}

/// What an evaluation adds up, batch by batch.
class evaluation_sums {
  public:
    evaluation_sums(const data::labelled_images& images, bool counts_answers) : images_(images), fits_(images) {
        if (counts_answers && !images.has_targets())
            confusion_ = at::zeros({std::int64_t{images.classes} * images.classes}, at::kLong);
    }

    /// `loss` is the sum over the batch. \throws divergence_error
    void add(std::string_view network, const at::Tensor& logits, const at::Tensor& labels, double loss) {
        loss_ += loss;
        seen_ += labels.size(0);
        if (images_.has_targets()) {
            fits_.add(logits, labels);
        } else {
            correct_ += right_answers(logits, labels).item<std::int64_t>();
            if (confusion_.defined()) confusion_ += answers_by_class(logits, labels).cpu();
        }
        if (!std::isfinite(loss_) || !is_finite(logits))
            throw divergence_error(
                fmt::format("the logits of {} are infinite or NaN for an image among the first {} of "
                            "{}; the network's activity runs away, so train it with a smaller "
                            "learning rate",
                            network, seen_, images_.source));
    }
    /// Fits are of all examples alone.
    evaluation result(double seconds, bool is_complete) const {
        const auto count = static_cast<double>(images_.count);
        evaluation found{loss_ / count, static_cast<double>(correct_) / count, seconds};
        if (images_.has_targets() && is_complete) found.fits = fits_.fits();
        if (confusion_.defined()) {
            const auto* first = confusion_.const_data_ptr<std::int64_t>();
            found.confusion.assign(first, first + confusion_.numel());
        }
        return found;
    }

  private:
    const data::labelled_images& images_;
    double loss_ = 0;
    std::int64_t correct_ = 0, seen_ = 0;
    fit_sums fits_;
    at::Tensor confusion_{};  ///< undefined where it isn't asked for
};

/// Evaluates the batches until `wants_stop`, which may be empty, says so.
evaluation evaluated(trainable& network, const data::labelled_images& images, const evaluation_options& options,
                     const std::function<bool()>& wants_stop, bool& is_stopped) {
    require_fit(network, images);
    if (options.steps < 1)
        throw usage_error(fmt::format("{} time steps are not enough, give at least 1", options.steps));
    const stopwatch time;
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network);
    batch_loader loader(images, options.batch_size, network.device(), network.dtype());
    const auto order = data::natural_order(static_cast<std::uint32_t>(images.count));
    const auto request = shown(images, options.steps, options.loss_all_steps);
    const auto criterion = criterion_for(options, images, network.parameter(0).options().requires_grad(false));
    evaluation_sums sums(images, options.confusion);
    loader.follow(order);
    for (const auto indices : data::batches(order, options.batch_size)) {
        const auto batch = loader.next(indices.size());
        const auto logits = network.logits(batch.images, request);
        const auto loss = loss_of(logits, batch.labels, criterion, at::Reduction::Sum);
        sums.add(network.name(), logits, batch.labels, loss.item<double>());
        is_stopped = wants_stop && wants_stop();
        if (is_stopped) break;
    }
    return sums.result(time.seconds(), !is_stopped);
}

}  // namespace

evaluation evaluate(trainable& network, const data::labelled_images& images, const evaluation_options& options) {
    bool is_stopped = false;
    return evaluated(network, images, options, {}, is_stopped);
}

std::optional<evaluation> evaluate_until(trainable& network, const data::labelled_images& images,
                                         const evaluation_options& options, const std::function<bool()>& wants_stop) {
    bool is_stopped = false;
    const auto found = evaluated(network, images, options, wants_stop, is_stopped);
    return is_stopped ? std::nullopt : std::optional(found);
}

}  // namespace cortexpr
