#include "data_sets.hpp"

#include "../fnv_hash.hpp"
#include "checks.hpp"

#include <cortexpr/io/standard_streams.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace cortexpr::application {

namespace {

/// One split of the whole set, normalised as the set itself says, or by `scale`.
data::labelled_images load_split(const examples_request& request, data::split part,
                                 const std::optional<data::normalisation>& scale) {
    if (request.make != nullptr) return request.make(part);
    auto expected = request.expected;
    expected.first_label = request.first_label;
    expected.scale = scale;
    return data::load_images(request.settings.data, part, expected);
}

/// Means of one normalisation and deviations of another, for as many channels as either tells apart.
data::normalisation combined(const std::vector<float>& means, const std::vector<float>& deviations) {
    const auto count = std::max(means.size(), deviations.size());
    if ((means.size() != count && means.size() != 1) || (deviations.size() != count && deviations.size() != 1))
        throw usage_error(fmt::format("--mean is for {} channels, but --deviation for {}; give as many numbers, or one",
                                      means.size(), deviations.size()));
    std::vector<data::channel_scale> channels;
    for (std::size_t i = 0; i < count; ++i)
        channels.push_back({means[means.size() == 1 ? 0 : i], deviations[deviations.size() == 1 ? 0 : i]});
    return data::normalisation(std::move(channels));
}

std::vector<float> values_of(const data::normalisation& scale, float data::channel_scale::*which) {
    std::vector<float> values;
    for (const auto& channel : scale.channels) values.push_back(channel.*which);
    return values;
}

/// Applies the settings to examples that are normalised as their set says.
void apply_settings(data::labelled_images& images, const examples_request& request, data::split part) {
    const auto &mean = request.settings.mean, &deviation = request.settings.deviation;
    if (mean.empty() && deviation.empty()) return;
    std::optional<data::normalisation> of_training;
    if (mean == measured || deviation == measured)
        of_training = data::measured_scale(
            part == data::split::train ? images : load_split(request, data::split::train, data::normalisation{}));
    const auto chosen = [&](const std::string& text, float data::channel_scale::*which) {
        if (text.empty()) return values_of(images.scale, which);
        return text == measured ? values_of(*of_training, which) : numbers_in(text);
    };
    images.scale =
        combined(chosen(mean, &data::channel_scale::mean), chosen(deviation, &data::channel_scale::standard_deviation));
    data::require_scale(images);
}

/// Warns where few classes are left: the first images of a set that is sorted by its classes are all of one.
void warn_of_few_classes(const data::labelled_images& images, int limit) {
    const auto classes_among = [&](std::size_t count) {
        return std::set<std::uint8_t>(images.labels.begin(), images.labels.begin() + static_cast<std::ptrdiff_t>(count))
            .size();
    };
    if (images.labels.empty()) return;
    const auto all = classes_among(images.labels.size()), kept = classes_among(static_cast<std::size_t>(limit));
    if (static_cast<std::size_t>(limit) >= all && 2 * kept <= all)
        io::say(stderr,
                fmt::format("warning: the first {} of {} are of {} of its {} classes; the set is sorted by class, "
                            "so shuffle it before it is cut\n",
                            limit, images.source, kept, all));
}

}  // namespace

data::labelled_images load_examples(const examples_request& request, data::split part, std::optional<int> limit) {
    // Where both are set, what the set itself says isn't needed, and needn't be measured.
    const bool is_set = !request.settings.mean.empty() && !request.settings.deviation.empty();
    auto images = load_split(request, part, is_set ? std::optional(data::normalisation{}) : std::nullopt);
    apply_settings(images, request, part);
    if (limit && *limit < images.count) {
        warn_of_few_classes(images, *limit);
        images.count = *limit;
        const auto kept = static_cast<std::size_t>(images.count) * images.example_size();
        if (images.has_numbers())
            images.numbers.resize(kept);
        else
            images.pixels.resize(kept);
        const auto examples = static_cast<std::size_t>(images.count);
        if (images.has_targets())
            images.targets.resize(examples * static_cast<std::size_t>(images.target_count));
        else
            images.labels.resize(examples);
    }
    return images;
}

void note_scale(run_settings& settings, const data::normalisation& scale) {
    settings.mean = fmt::format("{}", fmt::join(values_of(scale, &data::channel_scale::mean), ","));
    settings.deviation = fmt::format("{}", fmt::join(values_of(scale, &data::channel_scale::standard_deviation), ","));
}

int steps_of(const data::labelled_images& examples, const given_settings& given, int otherwise) {
    const bool is_given = given.has("--steps");
    if (!examples.is_sequence()) return is_given ? given.values.steps : otherwise;
    if (is_given && given.values.steps != examples.frames)
        throw usage_error(fmt::format("{} holds sequences of {} steps, but {} were asked for; leave --steps out",
                                      examples.source, examples.frames, given.values.steps));
    return examples.frames;
}

bool is_normalised(decltype(app_options::make_data) make, const data::labelled_images& examples) {
    return make == nullptr && !examples.has_numbers() && examples.count > 0;
}

const char* kind_of(const data::labelled_images& examples) {
    return examples.is_sequence() ? "sequences" : examples.has_numbers() ? "examples" : "images";
}

std::string fingerprint(const data::labelled_images& images) {
    fnv_hash hash;
    const auto add = [&](const auto& values) {
        const auto bytes = std::as_bytes(std::span(values));
        hash.add(bytes.data(), bytes.size());
    };
    add(std::array{images.count, images.channels, images.height, images.width,
                   images.is_sequence() ? images.frames : 0});
    add(images.pixels);
    add(images.numbers);
    add(images.labels);
    add(images.targets);
    return fmt::format("{:016x}", hash.value());
}

}  // namespace cortexpr::application
