#include <cortexpr/data/hexagonal_motion.hpp>

#include "drawn_size.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/hexagonal_eye.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cortexpr::data {

namespace {

constexpr std::uint8_t grey = 128;

void require_sound(const hexagonal_motion_options& options) {
    const auto require = [](bool holds, const char* what, auto value) {
        if (!holds) throw usage_error(fmt::format("motion before a hexagonal eye needs {}, not {}", what, value));
    };
    require(options.radius >= 0 && options.radius <= 1000, "a radius of 0 to 1000 columns", options.radius);
    require(options.directions >= 2 && options.directions <= 256, "2 to 256 directions", options.directions);
    require(options.still_frames >= 0, "0 or more still frames", options.still_frames);
    require(options.frames >= 2, "at least 2 frames to move in", options.frames);
    require(options.count >= 1, "at least 1 sequence", options.count);
    require(options.slowest > 0, "a lowest speed above 0", options.slowest);
    require(std::isfinite(options.fastest) && options.fastest >= options.slowest,
            "a highest speed that isn't below the lowest one", options.fastest);
    require(options.contrast > 0 && options.contrast <= 1, "a contrast above 0 up to 1", options.contrast);
    require(options.dots_per_column > 0 && options.dots_per_column <= 10, "up to 10 dots a column, more than 0",
            options.dots_per_column);
    require(options.coherence >= 0 && options.coherence <= 1, "a coherence that is a probability", options.coherence);
    require(std::isfinite(options.period) && options.period > 0, "a period above 0", options.period);
    require(options.blur > 0 && options.blur <= 10, "a blur above 0, up to 10 columns", options.blur);
    if (options.what == moving::grating && options.fastest * 2 >= options.period)
        throw usage_error(
            fmt::format("a grating of period {} that moves {} columns a frame can be seen as moving the other way; "
                        "give a highest speed below half of the period",
                        options.period, options.fastest));
    const double columns = 3.0 * options.radius * (options.radius + 1.0) + 1;
    const double frames = static_cast<double>(options.still_frames) + options.frames;
    require_drawable(columns * options.count * frames,
                     fmt::format("{} sequences of {} frames for {} lenses", options.count, frames, columns));
}

struct place {
    double x = 0, y = 0;
};

/// The pictures that one sequence shows: brightness from -1 to 1 of every column, frame by frame.
class sequence {
  public:
    sequence(const hexagonal_motion_options& options, int label, split_mix_64 draw)
        : options_(options), draw_(draw), direction_(towards(static_cast<double>(label) / options.directions)) {
        speed_ = options.slowest + draw_.uniform() * (options.fastest - options.slowest);
        phase_ = draw_.uniform();
        polarity_ = drawn_sign();
        if (options.what == moving::dots) scatter();
    }

    /// `frame` counts from 0; each once, in their order.
    void paint(int frame, const std::vector<hexagonal_column>& columns, std::vector<double>& brightness) {
        switch (options_.what) {
            case moving::dots:
                paint_dots(columns, brightness);
                break;
            case moving::edge:
                paint_edge(frame, columns, brightness);
                break;
            case moving::grating:
                paint_grating(frame, columns, brightness);
        }
    }

  private:
    struct dot {
        place at, step;
        double sign = 1;
    };

    double drawn_sign() {
        const bool is_bright = draw_.below(2) == 0;  // drawn in any case: the rest of a sequence is the same then
        if (options_.sign == contrast_sign::both) return is_bright ? 1 : -1;
        return options_.sign == contrast_sign::brighter ? 1 : -1;
    }
    static place towards(double turns) {
        const double angle = 2 * std::numbers::pi * turns;
        return {std::cos(angle), std::sin(angle)};
    }

    /// Dots live on a square with opposite sides joined, a little larger than the eye.
    double half_side() const { return options_.radius + 1.0 + 3 * options_.blur; }
    double wrapped(double coordinate) const {
        const double side = 2 * half_side();
        return coordinate - side * std::floor((coordinate + half_side()) / side);
    }

    void scatter() {
        const double area = 4 * half_side() * half_side() / hexagonal_column::half_root_3;  // in columns
        dots_.resize(std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(options_.dots_per_column * area))));
        for (auto& one : dots_) {
            one.at = {half_side() * (2 * draw_.uniform() - 1), half_side() * (2 * draw_.uniform() - 1)};
            const bool follows = draw_.uniform() < options_.coherence;
            const auto own = towards(draw_.uniform());
            const auto way = follows ? direction_ : own;
            one.step = {speed_ * way.x, speed_ * way.y};
            one.sign = drawn_sign();
        }
    }

    void paint_dots(const std::vector<hexagonal_column>& columns, std::vector<double>& brightness) {
        const double reach = 3 * options_.blur;
        std::ranges::fill(brightness, 0.0);
        for (auto& one : dots_) {
            // Columns of equal v stand on a line, and by u one below the other.
            const auto first_v =
                static_cast<std::int32_t>(std::ceil((one.at.x - reach) / hexagonal_column::half_root_3));
            const auto last_v =
                static_cast<std::int32_t>(std::floor((one.at.x + reach) / hexagonal_column::half_root_3));
            for (auto v = first_v; v <= last_v; ++v) {
                const auto first_u = static_cast<std::int32_t>(std::ceil(-(one.at.y + reach) - 0.5 * v));
                const auto last_u = static_cast<std::int32_t>(std::floor(-(one.at.y - reach) - 0.5 * v));
                for (auto u = first_u; u <= last_u; ++u) {
                    const auto found = std::ranges::lower_bound(columns, hexagonal_column{u, v});
                    if (found == columns.end() || *found != hexagonal_column{u, v}) continue;
                    const double across = (found->x() - one.at.x) / options_.blur;
                    const double up = (found->y() - one.at.y) / options_.blur;
                    brightness[static_cast<std::size_t>(found - columns.begin())] +=
                        one.sign * std::exp(-(across * across + up * up) / 2);
                }
            }
            one.at = {wrapped(one.at.x + one.step.x), wrapped(one.at.y + one.step.y)};
        }
    }

    /// How far a column lies along the motion.
    double along(const hexagonal_column& column) const { return column.x() * direction_.x + column.y() * direction_.y; }

    void paint_edge(int frame, const std::vector<hexagonal_column>& columns, std::vector<double>& brightness) const {
        const double edge = speed_ * (frame - 0.5 * (options_.frames - 1));
        for (std::size_t i = 0; i < columns.size(); ++i)
            brightness[i] =
                polarity_ * 0.5 * std::erfc((along(columns[i]) - edge) / (std::numbers::sqrt2 * options_.blur));
    }

    void paint_grating(int frame, const std::vector<hexagonal_column>& columns, std::vector<double>& brightness) const {
        for (std::size_t i = 0; i < columns.size(); ++i)
            brightness[i] =
                std::sin(2 * std::numbers::pi * ((along(columns[i]) - speed_ * frame) / options_.period + phase_));
    }

    const hexagonal_motion_options& options_;
    split_mix_64 draw_;
    place direction_;
    double speed_ = 0, phase_ = 0, polarity_ = 1;
    std::vector<dot> dots_;
};

const char* name_of(moving what) { return what == moving::dots ? "dots" : what == moving::edge ? "edges" : "gratings"; }

std::uint8_t byte_of(double brightness, double contrast) {
    const double value = std::clamp(contrast * brightness, -1.0, 1.0);
    return static_cast<std::uint8_t>(std::lround(std::min(255.0, grey + grey * value)));
}

}  // namespace

labelled_images hexagonal_motion(const hexagonal_motion_options& options, std::uint64_t seed) {
    require_sound(options);
    const auto columns = hexagonal_columns(options.radius);
    constexpr float middle = static_cast<float>(grey) / 255;
    labelled_images set{
        .count = options.count,
        .frames = options.still_frames + options.frames,
        .channels = 1,
        .height = 1,
        .width = static_cast<int>(columns.size()),
        .classes = options.directions,
        .pixels = {},
        .labels = {},
        .scale = {middle, middle},
        .source = fmt::format("moving {} before {} lenses, seed {}", name_of(options.what), columns.size(), seed)};
    set.pixels.reserve(static_cast<std::size_t>(set.count) * set.example_size());
    std::vector<double> brightness(columns.size());
    const auto stream = split_mix_64(seed)();  // so that seed 1, sequence 2 is not seed 2, sequence 1
    for (int i = 0; i < options.count; ++i) {
        const int label = i % options.directions;
        sequence shown(options, label, split_mix_64(stream ^ static_cast<std::uint64_t>(i)));
        set.labels.push_back(static_cast<std::uint8_t>(label));
        set.pixels.resize(set.pixels.size() + static_cast<std::size_t>(options.still_frames) * columns.size(), grey);
        for (int frame = 0; frame < options.frames; ++frame) {
            shown.paint(frame, columns, brightness);
            for (const auto value : brightness) set.pixels.push_back(byte_of(value, options.contrast));
        }
    }
    return set;
}

}  // namespace cortexpr::data
