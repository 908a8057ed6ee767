#include "image_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace cortexpr::data {

namespace {

/// Images (count, channels, height, width) out of (count, height, width, channels).
std::vector<std::uint8_t> channels_first(const std::vector<std::uint8_t>& pixels, std::size_t count,
                                         std::size_t channels) {
    std::vector<std::uint8_t> turned(pixels.size());
    const auto plane = pixels.size() / count / channels;
    for (std::size_t image = 0; image < count; ++image)
        for (std::size_t position = 0; position < plane; ++position)
            for (std::size_t channel = 0; channel < channels; ++channel)
                turned[(image * channels + channel) * plane + position] =
                    pixels[(image * plane + position) * channels + channel];
    return turned;
}

/// The axis of the channels, of four: what is expected decides, else 1 or 3 of them, last axis first. 0: neither.
std::size_t channel_axis(std::span<const std::uint64_t> shape, const expected_images& expected) {
    const auto is = [&](std::size_t axis, int size) { return shape[axis] == static_cast<std::uint64_t>(size); };
    if (is(3, expected.channels) && is(1, expected.height) && is(2, expected.width)) return 3;
    if (is(1, expected.channels) && is(2, expected.height) && is(3, expected.width)) return 1;
    for (const std::size_t axis : {3, 1})
        if (shape[axis] == 1 || shape[axis] == 3) return axis;
    return 0;
}

}  // namespace

void set_images(labelled_images& set, std::span<const std::uint64_t> shape, const expected_images& expected,
                const std::function<void(const std::string&)>& refuse,
                const std::function<std::vector<std::uint8_t>()>& read) {
    const auto sizes = fmt::format("{}", fmt::join(shape, "x"));
    if (shape.size() != 3 && shape.size() != 4)
        refuse(fmt::format("has the shape {}; images are read as (N, H, W), (N, C, H, W) or (N, H, W, C)",
                           shape.empty() ? "()" : sizes));
    constexpr std::uint64_t largest = std::numeric_limits<int>::max();
    if (std::ranges::any_of(shape, [](std::uint64_t size) { return size == 0 || size > largest; }))
        refuse(fmt::format("holds no images: its sizes are {}", sizes));
    const bool has_channels = shape.size() == 4;
    const auto channels = has_channels ? channel_axis(shape, expected) : 0;
    if (has_channels && channels == 0)
        refuse(fmt::format("is {}, and neither axis 1 nor axis 3 has the 1 or 3 channels of images", sizes));
    const auto axis = [&](std::size_t number) { return static_cast<int>(shape[number]); };
    set.count = axis(0);
    set.channels = has_channels ? axis(channels) : 1;
    set.height = axis(channels == 1 ? 2 : 1);
    set.width = axis(channels == 1 ? 3 : 2);
    set.pixels = read();
    if (channels == 3 && set.channels > 1)
        set.pixels =
            channels_first(set.pixels, static_cast<std::size_t>(set.count), static_cast<std::size_t>(set.channels));
}

}  // namespace cortexpr::data
