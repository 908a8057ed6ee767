#include <cortexpr/data/correlated_dots.hpp>

#include "drawn_size.hpp"

#include <cortexpr/data/batches.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cortexpr::data {

namespace {

constexpr int directions = 4;
constexpr std::int64_t one_pixel = 1 << 16;  // positions have 16 bits after the point

void require_sound(const correlated_dots_options& options) {
    const auto at_least_one = [](int value, const char* what) {
        if (value < 1) throw usage_error(fmt::format("moving dots need {}, not {}", what, value));
    };
    at_least_one(options.height, "a height of at least 1 pixel");
    at_least_one(options.width, "a width of at least 1 pixel");
    at_least_one(options.dots, "at least 1 dot");
    at_least_one(options.max_speed, "a highest speed of at least 1 pixel a frame");
    at_least_one(options.count, "at least 1 sequence");
    if (options.frames < 2)
        throw usage_error(fmt::format("moving dots need at least 2 frames to move in, not {}", options.frames));
    if (!(options.correlation >= 0 && options.correlation <= 1))
        throw usage_error(fmt::format("a correlation of {} is no probability; give 0 to 1", options.correlation));
    const int side = std::min(options.height, options.width);
    if (options.max_speed > (side - 1) / 2)
        throw usage_error(
            fmt::format("dots of {} pixels a frame on {}x{} pixels can be seen as moving the other way; give a highest "
                        "speed below half of the smaller side",
                        options.max_speed, options.height, options.width));
    require_drawable(static_cast<double>(options.count) * options.frames * options.height * options.width,
                     fmt::format("{} sequences of {} frames of {}x{} pixels", options.count, options.frames,
                                 options.height, options.width));
}

/// A vector in fixed-point pixels.
struct vector {
    std::int64_t x = 0, y = 0;
};

/// A step in any direction, of any speed below the highest. Only exact operations and single roundings, so that every
/// platform gets the same bits.
vector random_step(split_mix_64& draw, int max_speed) {
    constexpr std::int64_t radius = 1 << 15;
    std::int64_t x = 0, y = 0, square = 0;
    do {  // a point in the disc has a direction that is uniform
        x = static_cast<std::int64_t>(draw.below(2 * radius + 1)) - radius;
        y = static_cast<std::int64_t>(draw.below(2 * radius + 1)) - radius;
        square = x * x + y * y;
    } while (square == 0 || square > radius * radius);
    const auto speed = static_cast<std::int64_t>(draw.below(static_cast<std::uint32_t>(max_speed * one_pixel)));
    const double length = std::sqrt(static_cast<double>(square));
    return {std::llround(static_cast<double>(speed * x) / length),
            std::llround(static_cast<double>(speed * y) / length)};
}

/// The coordinate on a circle of `pixels`.
std::int64_t wrapped(std::int64_t coordinate, int pixels) {
    const std::int64_t around = pixels * one_pixel;
    return ((coordinate % around) + around) % around;
}

/// Draws one sequence into its pixels; returns its label.
std::uint8_t draw_sequence(const correlated_dots_options& options, split_mix_64 draw, std::span<std::uint8_t> pixels) {
    constexpr std::uint8_t white = 255;
    constexpr std::array<vector, directions> unit{{{1, 0}, {-1, 0}, {0, -1}, {0, 1}}};  // in the order of `motion`
    const auto direction = draw.below(directions);
    const std::int64_t speed = (draw.below(static_cast<std::uint32_t>(options.max_speed)) + 1) * one_pixel;
    const vector common{unit[direction].x * speed, unit[direction].y * speed};
    std::vector<vector> places(static_cast<std::size_t>(options.dots)), own_steps(places.size());
    for (std::size_t dot = 0; dot < places.size(); ++dot) {
        places[dot].x = wrapped(static_cast<std::int64_t>(draw() >> 16U), options.width);
        places[dot].y = wrapped(static_cast<std::int64_t>(draw() >> 16U), options.height);
        own_steps[dot] = random_step(draw, options.max_speed);
    }
    const auto size = static_cast<std::size_t>(options.height) * static_cast<std::size_t>(options.width);
    for (std::size_t frame = 0; frame < static_cast<std::size_t>(options.frames); ++frame) {
        const auto image = pixels.subspan(frame * size, size);
        for (std::size_t dot = 0; dot < places.size(); ++dot) {
            const bool follows = draw.uniform() < options.correlation;
            const auto& step = follows ? common : own_steps[dot];
            auto& place = places[dot];
            place = {wrapped(place.x + step.x, options.width), wrapped(place.y + step.y, options.height)};
            image[static_cast<std::size_t>(place.y / one_pixel * options.width + place.x / one_pixel)] = white;
        }
    }
    return static_cast<std::uint8_t>(direction);
}

}  // namespace

labelled_images correlated_dots(const correlated_dots_options& options, std::uint64_t seed) {
    require_sound(options);
    labelled_images set{.count = options.count,
                        .frames = options.frames,
                        .channels = 1,
                        .height = options.height,
                        .width = options.width,
                        .classes = directions,
                        .pixels = {},
                        .labels = {},
                        .scale = {},
                        .source = fmt::format("moving dots, correlation {:g}, seed {}", options.correlation, seed)};
    const auto size = set.example_size();
    set.pixels.resize(static_cast<std::size_t>(set.count) * size);
    const auto stream = split_mix_64(seed)();  // so that seed 1, sequence 2 is not seed 2, sequence 1
    for (std::size_t i = 0; i < static_cast<std::size_t>(set.count); ++i)
        set.labels.push_back(
            draw_sequence(options, split_mix_64(stream ^ i), std::span(set.pixels).subspan(i * size, size)));
    return set;
}

}  // namespace cortexpr::data
