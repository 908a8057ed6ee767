// Constants of each channel: applied, measured, checked.

#include <cortexpr/data/labelled_images.hpp>

#include "catch.hpp"

#include <limits>

namespace data_labelled_images_test {

using namespace cortexpr;
using Catch::Matchers::Contains;

namespace {

data::labelled_images coloured() {
    data::labelled_images set;
    set.count = 2;
    set.channels = 3;
    set.height = 1;
    set.width = 2;
    set.pixels = {0, 255, 10, 30, 7, 7, 0, 255, 10, 30, 7, 7};
    set.labels = {0, 1};
    set.source = "colours";
    return set;
}

}  // namespace

TEST_CASE("each channel has its own constants, in float32 as torchvision", "[data]") {
    auto set = coloured();
    set.scale = data::normalisation({{0.4914F, 0.247F}, {0.4822F, 0.2435F}, {0.4465F, 0.2616F}});
    const std::vector<std::uint32_t> indices{1, 0};
    std::vector<float> out(12);
    data::normalise(set, indices, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto& channel = set.scale.channels[i / 2 % 3];
        CHECK(out[i] == (static_cast<float>(set.pixels[i]) / 255.0F - channel.mean) / channel.standard_deviation);
    }
    std::vector<float> by_images(12);
    data::normalise(set.pixels, indices, set.scale, std::span<float>(by_images));
    CHECK(by_images == out);
}

TEST_CASE("the frames of a sequence share their channels' constants", "[data]") {
    auto set = coloured();
    set.count = 1;
    set.frames = 2;
    set.labels = {0};
    set.scale = data::normalisation({{0.0F, 1.0F}, {0.0F, 2.0F}, {0.0F, 4.0F}});
    std::vector<float> out(12);
    data::normalise(set, std::vector<std::uint32_t>{0}, out);
    for (std::size_t i = 0; i < out.size(); ++i)
        CHECK(out[i] == static_cast<float>(set.pixels[i]) / 255.0F / set.scale.channels[i / 2 % 3].standard_deviation);
}

TEST_CASE("mean and deviation are measured for each channel", "[data]") {
    const auto scale = data::measured_scale(coloured());
    REQUIRE(scale.channels.size() == 3);
    CHECK(scale.channels[0] == data::channel_scale{0.5F, 0.5F});
    CHECK(scale.channels[1].mean == Approx(20.0 / 255));
    CHECK(scale.channels[1].standard_deviation == Approx(10.0 / 255));
    CHECK(scale.channels[2].standard_deviation == 1.0F);  // pixels that are all equal
    CHECK_THROWS_AS(data::measured_scale({}), usage_error);
}

TEST_CASE("targets are gathered, measured and checked", "[data]") {
    auto set = coloured();
    CHECK(!set.has_targets());
    data::require_targets(set);
    std::vector<float> out(4);
    const std::vector<std::uint32_t> indices{1, 0};
    CHECK_THROWS_AS(data::gather_targets(set, indices, out), usage_error);
    CHECK_THROWS_AS(data::measured_targets(set), usage_error);
    set.labels.clear();
    set.target_count = 2;
    set.targets = {1.0F, 7.0F, 4.0F, 7.0F};
    data::require_targets(set);
    data::gather_targets(set, indices, out);
    CHECK(out == std::vector<float>{4, 7, 1, 7});
    std::vector<double> wide(4);
    data::gather_targets(set, indices, wide);
    CHECK(wide == std::vector<double>{4, 7, 1, 7});
    CHECK_THROWS_AS(data::gather_targets(set, std::vector<std::uint32_t>{2, 0}, out), usage_error);
    CHECK_THROWS_AS(data::gather_targets(set, std::vector<std::uint32_t>{0}, out), usage_error);
    const auto scales = data::measured_targets(set);
    REQUIRE(scales.size() == 2);
    CHECK((scales[0] == data::target_scale{.mean = 2.5, .standard_deviation = 1.5}));
    CHECK((scales[1] == data::target_scale{.mean = 7, .standard_deviation = 1, .is_constant = true}));
    set.targets[3] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH(data::require_targets(set), Contains("colours has inf as target 1 of example 1"));
    set.targets.pop_back();
    CHECK_THROWS_WITH(data::require_targets(set), Contains("holds 3 numbers as targets"));
}

TEST_CASE("constants that don't fit the channels are refused", "[data]") {
    auto set = coloured();
    std::vector<float> out(6);
    const std::vector<std::uint32_t> first{0};
    for (const auto& scale :
         {data::normalisation({{0, 1}, {0, 1}}), data::normalisation(std::vector<data::channel_scale>{}),
          data::normalisation(0, 0), data::normalisation(0, -1), data::normalisation(0, 1e-38F),
          data::normalisation(1e30F, 1)}) {
        set.scale = scale;
        CHECK_THROWS_AS(data::normalise(set, first, out), usage_error);
    }
    CHECK_THROWS_AS(data::normalise(set.pixels, first, data::normalisation({{0, 1}, {0, 1}, {0, 1}, {0, 1}}),
                                    std::span<float>(out)),
                    usage_error);
}

}  // namespace data_labelled_images_test
