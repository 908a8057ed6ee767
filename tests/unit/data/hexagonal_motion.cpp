// What moves before a hexagonal eye: that it is always the same, that it moves where the label says, and what is
// refused.

#include <cortexpr/data/hexagonal_motion.hpp>
#include <cortexpr/hexagonal_eye.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "catch.hpp"
#include "temp_folder.hpp"

namespace data_hexagonal_motion_test {

namespace {

using namespace cortexpr;
using namespace cortexpr::data;
using Catch::Matchers::Contains;
using test::message_of;

constexpr int radius = 5;

hexagonal_motion_options small(moving what, int directions = 4) {
    return {.radius = radius,
            .what = what,
            .directions = directions,
            .still_frames = 2,
            .frames = 12,
            .slowest = 0.5,
            .fastest = 0.5,
            .count = 3 * directions};
}

/// Brightness around grey of a frame.
std::vector<double> frame_of(const labelled_images& set, int sequence, int frame) {
    const auto* first = set.pixels.data() + static_cast<std::size_t>(sequence * set.frames + frame) * set.image_size();
    std::vector<double> values;
    for (const auto* pixel = first; pixel != first + set.image_size(); ++pixel) values.push_back(*pixel - 128.0);
    return values;
}

/// The value at a place between columns, from the nearest ones; 0 beyond the eye.
double value_at(const std::vector<hexagonal_column>& columns, const std::vector<double>& values, double x, double y) {
    double sum = 0, all = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const double across = columns[i].x() - x, up = columns[i].y() - y;
        const double weight = std::exp(-4 * (across * across + up * up));
        sum += weight * values[i];
        all += weight;
    }
    return sum / (all + 1e-9);
}

/// How well frames agree with the one before, moved by two columns in a direction over four frames.
double agreement(const labelled_images& set, int sequence, double turns) {
    const auto columns = hexagonal_columns(radius);
    const double angle = 2 * std::numbers::pi * turns;
    double squares = 0;
    for (int frame = 2; frame + 4 < set.frames; ++frame) {
        const auto before = frame_of(set, sequence, frame), after = frame_of(set, sequence, frame + 4);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const double x = columns[i].x() - 2 * std::cos(angle), y = columns[i].y() - 2 * std::sin(angle);
            if (std::hypot(x, y) > radius - 1 || std::hypot(columns[i].x(), columns[i].y()) > radius - 1) continue;
            const double difference =
                value_at(columns, after, columns[i].x(), columns[i].y()) - value_at(columns, before, x, y);
            squares += difference * difference;
        }
    }
    return -squares;
}

}  // namespace

TEST_CASE("columns of a hexagonal eye are counted, and neighbours are one apart", "[hexagonal]") {
    const auto columns = hexagonal_columns(3);
    CHECK(columns.size() == 37);
    CHECK(hexagonal_columns(0).size() == 1);
    CHECK(std::ranges::is_sorted(columns));
    for (const auto& neighbour : {hexagonal_column{1, 0}, {0, 1}, {1, -1}})
        CHECK(std::hypot(neighbour.x(), neighbour.y()) == Approx(1));
    CHECK(hexagonal_column{-1, 0}.y() == 1);  // up
    CHECK(hexagonal_column{0, 1}.x() > 0);    // right
}

TEST_CASE("all that moves before a hexagonal eye moves where its label says", "[hexagonal]") {
    for (const auto what : {moving::dots, moving::edge, moving::grating}) {
        CAPTURE(static_cast<int>(what));
        for (const int directions : {4, 6}) {
            const auto set = hexagonal_motion(small(what, directions), 3);
            for (int sequence = 0; sequence < set.count; ++sequence) {
                CHECK(set.labels[static_cast<std::size_t>(sequence)] == sequence % directions);
                const double labelled = static_cast<double>(sequence % directions) / directions;
                for (int other = 1; other < directions; ++other)
                    CHECK(agreement(set, sequence, labelled) >
                          agreement(set, sequence, labelled + static_cast<double>(other) / directions));
            }
        }
    }
}

TEST_CASE("a sequence depends on the seed and its number alone, and starts with grey", "[hexagonal]") {
    auto options = small(moving::dots);
    const auto all = hexagonal_motion(options, 1), other = hexagonal_motion(options, 2);
    options.count = 2;
    const auto two = hexagonal_motion(options, 1);
    CHECK(std::ranges::equal(two.pixels, std::span(all.pixels).first(two.pixels.size())));
    CHECK(all.pixels != other.pixels);
    CHECK(all.frames == 14);
    CHECK(all.width == 91);
    CHECK(all.classes == 4);
    for (int frame = 0; frame < 2; ++frame) CHECK(frame_of(all, 1, frame) == std::vector<double>(91));
    std::vector<float> values(all.example_size());
    const std::uint32_t first[]{0};
    normalise(all, first, std::span(values));
    CHECK(values.front() == 0);  // grey
    CHECK(*std::ranges::max_element(values) <= 1);
}

TEST_CASE("edges are brighter or darker as asked for, dots of either sign too", "[hexagonal]") {
    for (const auto what : {moving::edge, moving::dots}) {
        auto options = small(what);
        options.sign = contrast_sign::brighter;
        const auto brighter = hexagonal_motion(options, 1);
        options.sign = contrast_sign::darker;
        const auto darker = hexagonal_motion(options, 1);
        CHECK(*std::ranges::min_element(brighter.pixels) == 128);
        CHECK(*std::ranges::max_element(darker.pixels) == 128);
        CHECK(*std::ranges::max_element(brighter.pixels) > 200);
        CHECK(*std::ranges::min_element(darker.pixels) < 50);
    }
}

TEST_CASE("motion that can't be shown to a hexagonal eye is refused", "[hexagonal]") {
    const auto refused = [](auto change) {
        auto options = small(moving::grating);
        change(options);
        return message_of<usage_error>([&] { hexagonal_motion(options, 1); });
    };
    CHECK_THAT(refused([](auto& o) { o.radius = -1; }), Contains("a radius of 0 to 1000 columns, not -1"));
    CHECK_THAT(refused([](auto& o) { o.directions = 1; }), Contains("2 to 256 directions, not 1"));
    CHECK_THAT(refused([](auto& o) { o.frames = 1; }), Contains("at least 2 frames"));
    CHECK_THAT(refused([](auto& o) { o.still_frames = -1; }), Contains("still frames"));
    CHECK_THAT(refused([](auto& o) { o.count = 0; }), Contains("at least 1 sequence"));
    CHECK_THAT(refused([](auto& o) { o.slowest = 0; }), Contains("a lowest speed above 0"));
    CHECK_THAT(refused([](auto& o) { o.fastest = 0.1; }), Contains("isn't below the lowest"));
    CHECK_THAT(refused([](auto& o) { o.fastest = 3; }), Contains("moving the other way"));
    CHECK_THAT(refused([](auto& o) { o.contrast = 2; }), Contains("a contrast above 0 up to 1, not 2"));
    CHECK_THAT(refused([](auto& o) { o.dots_per_column = 0; }), Contains("dots a column"));
    CHECK_THAT(refused([](auto& o) { o.coherence = 2; }), Contains("probability"));
    CHECK_THAT(refused([](auto& o) { o.period = std::nan(""); }), Contains("a period above 0"));
    CHECK_THAT(refused([](auto& o) { o.blur = 0; }), Contains("a blur above 0"));
    CHECK_THAT(refused([](auto& o) { o.count = 1'000'000'000; }), Contains("more than 4 GiB"));
}

}  // namespace data_hexagonal_motion_test
