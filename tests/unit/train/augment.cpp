// Images that are changed before they are learnt from.

#include "train/augment.hpp"

#include "networks.hpp"

#include <cortexpr/train/images_of.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include <cmath>

#include <catch.hpp>

namespace train_test::augment_test {

namespace {

at::Tensor changed(const at::Tensor& images, const augmentation_options& options, const at::Tensor& black,
                   std::uint64_t seed = 1) {
    return augmented(images, options, black, at::detail::createCPUGenerator(seed));
}

/// 3 channels whose constants differ, so that black is another number in each.
data::labelled_images colours(int count) {
    auto images = bright_halves(count, 2, 3);
    images.scale = data::normalisation({{0.3F, 0.3F}, {0.5F, 0.25F}, {0.1F, 0.2F}});
    return images;
}

}  // namespace

TEST_CASE("a shift moves whole pixels, and black comes in", "[augment]") {
    const auto set = colours(64);
    const auto images = images_of(set);
    const auto black = black_of(set);
    CHECK(black.flatten()[1].item<double>() == Approx(-2));
    const auto moved = changed(images, {.shift = 2}, black);
    std::array<int, 25> seen{};
    for (int i = 0; i < 64; ++i) {
        int found = 0;
        for (int down = -2; down <= 2; ++down)
            for (int right = -2; right <= 2; ++right) {
                auto expected = black.to(at::kFloat).expand({3, 8, 8}).clone();
                const auto part = [&](const at::Tensor& image, int y, int x) {
                    return image.slice(1, std::max(0, y), 8 + std::min(0, y))
                        .slice(2, std::max(0, x), 8 + std::min(0, x));
                };
                part(expected, down, right).copy_(part(images[i], -down, -right));
                if (!at::equal(expected, moved[i])) continue;
                ++found;
                ++seen.at(static_cast<std::size_t>(5 * (down + 2) + right + 2));
            }
        CHECK(found == 1);
    }
    CHECK(std::count(seen.begin(), seen.end(), 0) < 8);  // most of the 25 shifts are among 64
}

TEST_CASE("half of the images are mirrored", "[augment]") {
    const auto set = colours(200);
    const auto images = images_of(set);
    const auto flipped = changed(images, {.flip = true}, black_of(set));
    int mirrored = 0;
    for (int i = 0; i < 200; ++i) {
        const bool is_mirrored = at::equal(flipped[i], images[i].flip(2));
        CHECK((is_mirrored || at::equal(flipped[i], images[i])));
        mirrored += is_mirrored ? 1 : 0;
    }
    CHECK(std::abs(mirrored - 100) < 30);
}

TEST_CASE("a rotation turns pixels around the middle, on grids that aren't square too", "[augment]") {
    auto images = at::zeros({256, 1, 33, 65}, at::kFloat);
    images.select(3, 42).select(2, 16).fill_(1);  // 10 to the right of the middle
    const auto turned = changed(images, {.rotate = 90}, at::zeros({1, 1, 1}));
    const auto row = at::arange(33, at::kFloat).sub(16).view({33, 1}), column = at::arange(65, at::kFloat).sub(32);
    double lowest = 0, highest = 0;
    for (int i = 0; i < 256; ++i) {
        const auto map = turned[i][0];
        const double mass = map.sum().item<double>();
        REQUIRE(mass > 0.3);
        const double y = (map * row).sum().item<double>() / mass, x = (map * column).sum().item<double>() / mass;
        CHECK(std::hypot(x, y) == Approx(10).margin(0.6));
        lowest = std::min(lowest, y);
        highest = std::max(highest, y);
    }
    CHECK(lowest < -9);
    CHECK(highest > 9);
}

TEST_CASE("noise has its deviation", "[augment]") {
    const auto images = at::zeros({64, 1, 16, 16});
    const auto noisy = changed(images, {.noise = 0.5}, at::zeros({1, 1, 1}));
    CHECK(noisy.std().item<double>() == Approx(0.5).epsilon(0.05));
    CHECK(noisy.mean().item<double>() == Approx(0).margin(0.02));
}

TEST_CASE("changes are a function of the draws, and frames of a sequence are changed alike", "[augment]") {
    const augmentation_options options{.shift = 2, .flip = true, .rotate = 20};
    const auto set = colours(16);
    const auto images = images_of(set);
    const auto black = black_of(set);
    CHECK(at::equal(changed(images, options, black), changed(images, options, black)));
    CHECK(!at::equal(changed(images, options, black), changed(images, options, black, 2)));
    const auto sequences = images.unsqueeze(1).expand({16, 3, 3, 8, 8}).contiguous();
    const auto frames = changed(sequences, options, black);
    const auto once = changed(images, options, black);
    for (int frame = 0; frame < 3; ++frame) CHECK(at::allclose(frames.select(1, frame), once, 1e-5, 1e-5));
}

}  // namespace train_test::augment_test
