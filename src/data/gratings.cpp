#include <cortexpr/data/gratings.hpp>

#include "drawn_size.hpp"
#include "labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cortexpr::data {

namespace {

void require_sound(const gratings_options& options) {
    if (std::min({options.channels, options.height, options.width, options.phases}) < 1)
        throw usage_error("gratings need at least one channel, row, column and phase");
    if (options.angles < 2 || options.angles > most_classes)
        throw usage_error(
            fmt::format("gratings of {} angles were asked for; give 2 to {}", options.angles, most_classes));
    if (options.frames < 0)
        throw usage_error(fmt::format("gratings can't have {} frames; give 0 for still ones", options.frames));
    if (!(options.period >= 2) || !std::isfinite(options.period))
        throw usage_error(fmt::format(
            "a grating with a period of {} pixels can't be told from another one; give at least 2", options.period));
    if (!(options.frames_a_cycle > 2) || !std::isfinite(options.frames_a_cycle))
        throw usage_error(
            fmt::format("a grating that takes {} frames for a cycle can be seen as moving the other way; give "
                        "more than 2",
                        options.frames_a_cycle));
    if (!std::isfinite(options.contrast)) throw usage_error("the contrast of gratings must be a finite number");
    require_drawable(double{sizeof(float)} * options.angles * options.phases * std::max(1, options.frames) *
                         options.channels * options.height * options.width,
                     "these gratings");
}

}  // namespace

std::vector<double> grating_angles(const gratings_options& options) {
    const double all = options.frames > 0 ? 360 : 180;
    std::vector<double> angles;
    for (int i = 0; i < options.angles; ++i) angles.push_back(all * i / options.angles);
    return angles;
}

labelled_images gratings(const gratings_options& options) {
    require_sound(options);
    labelled_images set{
        .count = options.angles * options.phases,
        .frames = options.frames,
        .channels = options.channels,
        .height = options.height,
        .width = options.width,
        .classes = options.angles,
        .pixels = {},
        .labels = {},
        .scale = {},
        .source = fmt::format("{} gratings of {} angles", options.frames > 0 ? "drifting" : "still", options.angles)};
    set.numbers.reserve(static_cast<std::size_t>(set.count) * set.example_size());
    const auto angles = grating_angles(options);
    for (int label = 0; label < options.angles; ++label) {
        // The wave runs across the bars. Rows count downwards, angles upwards.
        const double wave =
            (angles[static_cast<std::size_t>(label)] + (options.frames > 0 ? 0 : 90)) * std::numbers::pi / 180;
        const double right = std::cos(wave) / options.period, down = -std::sin(wave) / options.period;
        for (int phase = 0; phase < options.phases; ++phase) {
            set.labels.push_back(static_cast<std::uint8_t>(label));
            for (int frame = 0; frame < std::max(1, options.frames); ++frame) {
                const double shift = static_cast<double>(phase) / options.phases - frame / options.frames_a_cycle;
                for (int channel = 0; channel < options.channels; ++channel)
                    for (int row = 0; row < options.height; ++row)
                        for (int column = 0; column < options.width; ++column)
                            set.numbers.push_back(
                                static_cast<float>(options.contrast * std::sin(2 * std::numbers::pi *
                                                                               (column * right + row * down + shift))));
            }
        }
    }
    return set;
}

}  // namespace cortexpr::data
