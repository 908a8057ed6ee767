// Moving dots: shapes, that they are always the same, that they move where the label says, and what is refused.

#include <cortexpr/data/batches.hpp>
#include <cortexpr/data/correlated_dots.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <set>
#include <vector>

#include "catch.hpp"

namespace data_correlated_dots_test {

namespace {

using namespace cortexpr::data;
using Catch::Matchers::Contains;

correlated_dots_options small(double correlation = 1.0) {
    return {
        .height = 20, .width = 24, .frames = 6, .dots = 12, .correlation = correlation, .max_speed = 2, .count = 40};
}

/// For each of the four directions, how many lit pixels of a sequence's frames are lit again `speed` pixels further in
/// the next frame.
std::array<int, 4> kept_by_shift(const labelled_images& set, int sequence, int speed) {
    constexpr std::array<std::array<int, 2>, 4> unit{{{1, 0}, {-1, 0}, {0, -1}, {0, 1}}};
    const auto lit = [&](int frame, int y, int x) {
        const auto row =
            static_cast<std::size_t>((sequence * set.frames + frame) * set.height + (y + set.height) % set.height);
        return set.pixels[row * static_cast<std::size_t>(set.width) +
                          static_cast<std::size_t>((x + set.width) % set.width)] > 0;
    };
    std::array<int, 4> kept{};
    for (int frame = 0; frame + 1 < set.frames; ++frame)
        for (int y = 0; y < set.height; ++y)
            for (int x = 0; x < set.width; ++x)
                for (std::size_t way = 0; way < kept.size(); ++way)
                    kept[way] += lit(frame, y, x) && lit(frame + 1, y + unit[way][1] * speed, x + unit[way][0] * speed);
    return kept;
}

/// The share of sequences in which most dots move in the labelled direction, at one of the speeds.
double share_in_labelled_direction(const labelled_images& set, int max_speed) {
    int right = 0;
    for (int sequence = 0; sequence < set.count; ++sequence) {
        std::array<int, 4> best{};
        for (int speed = 1; speed <= max_speed; ++speed) {
            const auto kept = kept_by_shift(set, sequence, speed);
            for (std::size_t way = 0; way < best.size(); ++way) best[way] = std::max(best[way], kept[way]);
        }
        const auto way = std::max_element(best.begin(), best.end()) - best.begin();
        right += way == set.labels[static_cast<std::size_t>(sequence)];
    }
    return static_cast<double>(right) / set.count;
}

}  // namespace

TEST_CASE("moving dots have the shapes that were asked for", "[data]") {
    const auto options = small();
    const auto set = correlated_dots(options, 3);
    CHECK(set.count == 40);
    CHECK(set.frames == 6);
    CHECK(set.channels == 1);
    CHECK(set.height == 20);
    CHECK(set.width == 24);
    CHECK(set.classes == 4);
    CHECK(set.example_size() == 6 * 20 * 24);
    REQUIRE(set.pixels.size() == 40 * set.example_size());
    REQUIRE(set.labels.size() == 40);
    CHECK(std::set(set.labels.begin(), set.labels.end()) == std::set<std::uint8_t>{0, 1, 2, 3});
    for (std::size_t frame = 0; frame < 40 * 6; ++frame) {
        const auto image = set.pixels.begin() + static_cast<std::ptrdiff_t>(frame * set.image_size());
        const auto lit = std::count(image, image + static_cast<std::ptrdiff_t>(set.image_size()), std::uint8_t{255});
        CHECK(lit >= 1);
        CHECK(lit <= options.dots);
        CHECK(lit + std::count(image, image + static_cast<std::ptrdiff_t>(set.image_size()), std::uint8_t{0}) ==
              static_cast<std::ptrdiff_t>(set.image_size()));
    }
}

TEST_CASE("moving dots are a function of the seed and of their number", "[data]") {
    const auto set = correlated_dots(small(0.5), 3);
    CHECK(correlated_dots(small(0.5), 3).pixels == set.pixels);
    CHECK(correlated_dots(small(0.5), 4).pixels != set.pixels);
    auto more = small(0.5);
    more.count = 50;
    const auto larger = correlated_dots(more, 3);
    CHECK(std::equal(set.pixels.begin(), set.pixels.end(), larger.pixels.begin()));
    CHECK(std::equal(set.labels.begin(), set.labels.end(), larger.labels.begin()));
    // The same on every platform: FNV-1a over all bytes, as first computed on x86-64 with GCC 12.
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const auto byte : set.pixels) hash = (hash ^ byte) * 0x100000001B3U;
    for (const auto byte : set.labels) hash = (hash ^ byte) * 0x100000001B3U;
    CHECK(hash == 0x1E5F5BE138FD6C1DU);
}

TEST_CASE("correlated dots move in the labelled direction, uncorrelated ones do not", "[data]") {
    CHECK(share_in_labelled_direction(correlated_dots(small(1.0), 5), 2) == 1.0);
    auto many = small(0.6);
    many.count = 200;
    CHECK(share_in_labelled_direction(correlated_dots(many, 5), 2) > 0.9);
    many.correlation = 0.0;
    CHECK(share_in_labelled_direction(correlated_dots(many, 5), 2) < 0.4);
}

TEST_CASE("with correlation 1 every frame is the one before, shifted", "[data]") {
    const auto set = correlated_dots(small(1.0), 8);
    for (int sequence = 0; sequence < set.count; ++sequence) {
        int lit = 0;
        for (int frame = 0; frame + 1 < set.frames; ++frame)
            for (std::size_t pixel = 0; pixel < set.image_size(); ++pixel)
                lit +=
                    set.pixels[static_cast<std::size_t>(sequence * set.frames + frame) * set.image_size() + pixel] > 0;
        const auto way = set.labels[static_cast<std::size_t>(sequence)];
        CHECK(std::max(kept_by_shift(set, sequence, 1)[way], kept_by_shift(set, sequence, 2)[way]) == lit);
    }
}

TEST_CASE("moving dots that can't be are refused", "[data]") {
    const auto refused = [](auto change, const char* text) {
        auto options = small();
        change(options);
        CHECK_THROWS_WITH(correlated_dots(options, 0), Contains(text));
    };
    refused([](auto& options) { options.height = 0; }, "a height of at least 1 pixel, not 0");
    refused([](auto& options) { options.width = -3; }, "a width of at least 1 pixel, not -3");
    refused([](auto& options) { options.frames = 1; }, "at least 2 frames to move in, not 1");
    refused([](auto& options) { options.dots = 0; }, "at least 1 dot, not 0");
    refused([](auto& options) { options.count = 0; }, "at least 1 sequence, not 0");
    refused([](auto& options) { options.correlation = 1.5; }, "a correlation of 1.5 is no probability");
    refused([](auto& options) { options.correlation = std::numeric_limits<double>::quiet_NaN(); }, "is no probability");
    refused([](auto& options) { options.max_speed = 0; }, "a highest speed of at least 1 pixel a frame, not 0");
    refused([](auto& options) { options.max_speed = 10; },
            "10 pixels a frame on 20x24 pixels can be seen as moving the other way");
    refused([](auto& options) { options.count = 2'000'000; }, "take more than 4 GiB; give fewer");
    auto fastest = small();
    fastest.max_speed = 9;
    CHECK_NOTHROW(correlated_dots(fastest, 0));
}

TEST_CASE("sequences are normalised frame by frame", "[data]") {
    auto set = correlated_dots(small(), 1);
    set.scale = {0.5F, 0.25F};
    const std::array<std::uint32_t, 2> indices{7, 2};
    std::vector<float> out(2 * set.example_size());
    normalise(set, indices, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto source = indices[i / set.example_size()] * set.example_size() + i % set.example_size();
        REQUIRE(out[i] == (set.pixels[source] > 0 ? 2.0F : -2.0F));
    }
    out.resize(2 * set.image_size());
    CHECK_THROWS_WITH(normalise(set, indices, out), Contains("does not hold 2 sequences of 2880 pixels"));
}

}  // namespace data_correlated_dots_test
