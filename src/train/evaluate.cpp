#include "../module/constraints.hpp"
#include "batch_loader.hpp"
#include "classification.hpp"
#include "evaluation_mode.hpp"
#include "stopwatch.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/train/trainer.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <cmath>
#include <string_view>

namespace cortexpr {

namespace {

void require_fit(std::string_view network, const plan::map_shape& expected, int classes,
                 const data::labelled_images& images) {
    if (classes == 0)
        throw usage_error(fmt::format("{} has no readout to train; declare classifier<{}, classes<...>, hidden<...>>",
                                      network, network));
    if (images.channels != expected.channels || images.height != expected.height || images.width != expected.width)
        throw usage_error(
            fmt::format("{} reads images of {}x{}x{} (channels x height x width), but those of {} are "
                        "{}x{}x{}; change input<...> or the data",
                        network, expected.channels, expected.height, expected.width, images.source, images.channels,
                        images.height, images.width));
    if (images.classes != classes)
        throw usage_error(fmt::format("{} tells {} classes apart, but {} has {}; change classes<...> or the data",
                                      network, classes, images.source, images.classes));
    if (images.count < 1) throw usage_error(fmt::format("{} holds no images", images.source));
}

}  // namespace

void require_fit(const plan::network& network, const data::labelled_images& images) {
    require_fit(network.name, network.areas.front().input, network.readout.classes, images);
}

void require_fit(const trainable& network, const data::labelled_images& images) {
    auto expected = network.input_shape();
    const plan::map_shape shown{images.channels, images.height, images.width};
    if (network.flattens_inputs() && shown.size() == expected.size()) expected = shown;
    require_fit(network.name(), expected, network.classes(), images);
}

namespace {

/// Of the batches until `wants_stop`, which may be nothing, says so.
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
    const loss_criterion criterion{.kind = options.loss};
    double loss = 0;
    std::int64_t correct = 0, seen = 0;
    loader.follow(order);
    for (const auto indices : data::batches(order, options.batch_size)) {
        const auto batch = loader.next(indices.size());
        const auto logits = network.logits(batch.images, request);
        loss += classification_loss(logits, batch.labels, criterion, at::Reduction::Sum).item<double>();
        correct += right_answers(logits, batch.labels).item<std::int64_t>();
        seen += static_cast<std::int64_t>(indices.size());
        if (!std::isfinite(loss) || !is_finite(logits))
            throw divergence_error(
                fmt::format("the logits of {} are infinite or NaN for an image among the first {} of "
                            "{}; the network's activity runs away, so train it with a smaller "
                            "learning rate",
                            network.name(), seen, images.source));
        is_stopped = wants_stop && wants_stop();
        if (is_stopped) break;
    }
    const auto count = static_cast<double>(images.count);
    return {loss / count, static_cast<double>(correct) / count, time.seconds()};
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
