#include <cortexpr/data/labelled_images.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cortexpr::data {

namespace {

void demand_below(std::span<const std::uint32_t> indices, std::size_t count, const char* what) {
    for (const std::uint32_t index : indices) {
        if (index >= count) {
            throw usage_error(fmt::format("index {} lies beyond the last of {} {}", index, count, what));
        }
    }
}

// A byte has 256 values, so the arithmetic is done once for each and a pixel costs one look-up. The operations are
// torchvision's, in its order and in float32, whatever type the result is stored in.
template <typename Real>
std::array<Real, 256> lookup_table(channel_scale scale) {
    std::array<Real, 256> table{};
    for (std::size_t value = 0; value < table.size(); ++value) {
        const float unit = static_cast<float>(value) / 255.0F;
        table[value] = static_cast<Real>((unit - scale.mean) / scale.standard_deviation);
    }
    return table;
}

/// `plane`: pixels of one channel of one image; the channels' constants come in turn.
template <typename Real>
void gather(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, const normalisation& scale,
            std::size_t size, std::size_t plane, std::span<Real> out) {
    demand_below(indices, images.size() / size, "images");
    std::vector<std::array<Real, 256>> tables;
    for (const auto& channel : scale.channels) tables.push_back(lookup_table<Real>(channel));
    auto target = out.begin();
    for (const std::uint32_t index : indices) {
        const auto image = images.subspan(index * size, size);
        for (std::size_t first = 0, number = 0; first < size; first += plane, ++number) {
            const auto& table = tables[number % tables.size()];
            const auto pixels = image.subspan(first, plane);
            target =
                std::transform(pixels.begin(), pixels.end(), target, [&](std::uint8_t value) { return table[value]; });
        }
    }
}

template <typename Real>
void gather(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, const normalisation& scale,
            std::span<Real> out) {
    if (indices.empty() && out.empty()) return;
    if (indices.empty() || out.empty() || out.size() % indices.size() != 0) {
        throw usage_error(
            fmt::format("a buffer of {} pixels does not hold {} images of equal size", out.size(), indices.size()));
    }
    const std::size_t size = out.size() / indices.size();
    if (images.size() % size != 0) {
        throw usage_error(fmt::format("{} bytes are not a whole number of images of {} pixels", images.size(), size));
    }
    const std::size_t channels = scale.channels.size();
    if (channels == 0 || size % channels != 0)
        throw usage_error(fmt::format("images of {} pixels have no {} channels of equal size", size, channels));
    gather<Real>(images, indices, scale, size, size / channels, out);
}

template <typename Real>
void gather_numbers(const labelled_images& set, std::span<const std::uint32_t> indices, std::size_t size,
                    std::span<Real> out) {
    demand_below(indices, set.numbers.size() / size, "examples");
    const auto plane = set.image_size() / static_cast<std::size_t>(set.channels);
    const auto& channels = set.scale.channels;
    auto target = out.begin();
    for (const std::uint32_t index : indices) {
        const auto example = std::span(set.numbers).subspan(index * size, size);
        for (std::size_t first = 0, number = 0; first < size; first += plane, ++number) {
            const auto& scale = channels[number % static_cast<std::size_t>(set.channels) % channels.size()];
            const auto values = example.subspan(first, plane);
            target = std::transform(values.begin(), values.end(), target, [&](float value) {
                return static_cast<Real>((value - scale.mean) / scale.standard_deviation);
            });
        }
    }
}

template <typename Real>
void gather(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<Real> out) {
    const std::size_t size = set.example_size();
    if (out.size() != indices.size() * size) {
        throw usage_error(fmt::format("a buffer of {} pixels does not hold {} {} of {} pixels", out.size(),
                                      indices.size(), set.is_sequence() ? "sequences" : "images", size));
    }
    require_scale(set);
    if (indices.empty() || size == 0) return;
    if (set.has_numbers()) return gather_numbers<Real>(set, indices, size, out);
    const bool one_for_all = set.scale.channels.size() == 1;
    const std::size_t plane = one_for_all ? size : set.image_size() / static_cast<std::size_t>(set.channels);
    gather<Real>(set.pixels, indices, set.scale, size, plane, out);
}

}  // namespace

void normalise(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, const normalisation& scale,
               std::span<float> out) {
    gather<float>(images, indices, scale, out);
}

void normalise(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, const normalisation& scale,
               std::span<double> out) {
    gather<double>(images, indices, scale, out);
}

void normalise(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<float> out) {
    gather<float>(set, indices, out);
}

void normalise(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<double> out) {
    gather<double>(set, indices, out);
}

void gather_labels(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<std::int64_t> out) {
    if (out.size() != indices.size()) {
        throw usage_error(fmt::format("a buffer of {} labels does not hold {}", out.size(), indices.size()));
    }
    demand_below(indices, set.labels.size(), "labels");
    std::transform(indices.begin(), indices.end(), out.begin(),
                   [&](std::uint32_t index) { return std::int64_t{set.labels[index]}; });
}

namespace {

template <typename Real>
void gather_target_rows(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<Real> out) {
    const auto width = static_cast<std::size_t>(set.target_count);
    if (width == 0 || out.size() != indices.size() * width)
        throw usage_error(fmt::format("a buffer of {} numbers does not hold {} targets of {} examples", out.size(),
                                      set.target_count, indices.size()));
    demand_below(indices, set.targets.size() / width, "examples");
    auto target = out.begin();
    for (const auto index : indices)
        target = std::ranges::copy(std::span(set.targets).subspan(index * width, width), target).out;
}

}  // namespace

void gather_targets(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<float> out) {
    gather_target_rows(set, indices, out);
}

void gather_targets(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<double> out) {
    gather_target_rows(set, indices, out);
}

std::vector<target_scale> measured_targets(const labelled_images& set) {
    const auto width = static_cast<std::size_t>(set.target_count);
    if (width == 0 || set.targets.size() < width)
        throw usage_error(fmt::format("{} has no targets to measure", set.source));
    const std::size_t examples = set.targets.size() / width;
    const auto count = static_cast<double>(examples);
    std::vector<double> sums(width), squares(width);
    for (std::size_t i = 0; i < set.targets.size(); ++i) sums[i % width] += set.targets[i];
    for (std::size_t i = 0; i < set.targets.size(); ++i) {
        const double distance = set.targets[i] - sums[i % width] / count;
        squares[i % width] += distance * distance;
    }
    std::vector<target_scale> scales;
    for (std::size_t target = 0; target < width; ++target) {
        const double deviation = std::sqrt(squares[target] / count);
        scales.push_back({sums[target] / count, deviation > 0 ? deviation : 1.0, !(deviation > 0)});
    }
    return scales;
}

void require_targets(const labelled_images& set) {
    if (!set.has_targets()) return;
    const auto width = static_cast<std::size_t>(set.target_count);
    if (set.targets.size() != static_cast<std::size_t>(set.count) * width)
        throw usage_error(fmt::format("{} holds {} numbers as targets, but {} examples with {} each take {}",
                                      set.source, set.targets.size(), set.count, set.target_count,
                                      static_cast<std::size_t>(set.count) * width));
    const auto wrong = std::ranges::find_if(set.targets, [](float value) { return !std::isfinite(value); });
    if (wrong == set.targets.end()) return;
    const auto index = static_cast<std::size_t>(wrong - set.targets.begin());
    throw usage_error(fmt::format("{} has {} as target {} of example {}, which nothing can be fitted to", set.source,
                                  *wrong, index % width, index / width));
}

namespace {

normalisation measured_numbers(const labelled_images& set, std::size_t plane) {
    const auto channels = static_cast<std::size_t>(set.channels);
    std::vector<double> sums(channels), squares(channels);
    const auto each = [&](auto add) {
        for (std::size_t first = 0, number = 0; first < set.numbers.size(); first += plane, ++number)
            for (const auto value : std::span(set.numbers).subspan(first, plane)) add(number % channels, value);
    };
    const auto of_channel = set.numbers.size() / channels;
    const auto count = static_cast<double>(of_channel);
    each([&](std::size_t channel, double value) { sums[channel] += value; });
    each([&](std::size_t channel, double value) {
        const double distance = value - sums[channel] / count;
        squares[channel] += distance * distance;
    });
    std::vector<channel_scale> scales;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const double deviation = std::sqrt(squares[channel] / count);
        scales.push_back(
            {static_cast<float>(sums[channel] / count), deviation > 0 ? static_cast<float>(deviation) : 1.0F});
    }
    return normalisation(std::move(scales));
}

}  // namespace

normalisation measured_scale(const labelled_images& set) {
    if (set.pixels.empty() && !set.has_numbers())
        throw usage_error(fmt::format("{} holds nothing to measure", set.source));
    const auto channels = static_cast<std::size_t>(set.channels);
    const auto plane = set.image_size() / channels;
    if (set.has_numbers()) return measured_numbers(set, plane);
    std::vector<std::array<std::uint64_t, 256>> counts(channels);
    for (std::size_t first = 0, number = 0; first < set.pixels.size(); first += plane, ++number)
        for (const auto value : std::span(set.pixels).subspan(first, plane)) ++counts[number % channels][value];
    std::vector<channel_scale> scales;
    for (const auto& of_channel : counts) {
        std::uint64_t pixels = 0, sum = 0;
        for (std::uint64_t value = 0; value < of_channel.size(); ++value) {
            pixels += of_channel[value];
            sum += of_channel[value] * value;
        }
        const double mean = static_cast<double>(sum) / static_cast<double>(pixels);
        double squares = 0;
        for (std::size_t value = 0; value < of_channel.size(); ++value) {
            const double distance = static_cast<double>(value) - mean;
            squares += static_cast<double>(of_channel[value]) * distance * distance;
        }
        const double deviation = std::sqrt(squares / static_cast<double>(pixels));
        scales.push_back({static_cast<float>(mean / 255), deviation > 0 ? static_cast<float>(deviation / 255) : 1.0F});
    }
    return normalisation(std::move(scales));
}

void require_scale(const labelled_images& set) {
    const auto count = set.scale.channels.size();
    if (count != 1 && count != static_cast<std::size_t>(set.channels))
        throw usage_error(
            fmt::format("{} has {} channels, but mean and deviation are given for {}; give one for all, or "
                        "one for each",
                        set.source, set.channels, count));
    for (const auto& channel : set.scale.channels)
        if (!(channel.standard_deviation > 0) || !std::isfinite(channel.standard_deviation) ||
            !std::isfinite(channel.mean))
            throw usage_error(
                fmt::format("{} can't be normalised by the mean {} and the deviation {}; the one must be "
                            "finite, the other positive",
                            set.source, channel.mean, channel.standard_deviation));
    // No network computes with more: means and deviations of pixels from 0 to 255 give far less.
    constexpr double largest = 1e12;
    for (const auto& channel : set.scale.channels) {
        const double mean = channel.mean;
        const auto reached = std::max(std::abs(mean), std::abs(1 - mean)) / channel.standard_deviation;
        if (reached > largest)
            throw usage_error(
                fmt::format("{} can't be normalised by the mean {} and the deviation {}: pixels, from 0 to 1, would "
                            "become numbers up to {:.2g}",
                            set.source, channel.mean, channel.standard_deviation, reached));
    }
}

}  // namespace cortexpr::data
