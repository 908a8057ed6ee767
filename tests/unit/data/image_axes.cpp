// Which axis of an array of images is which.

#include "data/image_axes.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <numeric>

namespace data_image_axes_test {

using namespace cortexpr;
using namespace cortexpr::test;
using namespace cortexpr::data;
using bytes = std::vector<std::uint8_t>;
using sizes = std::vector<std::uint64_t>;

namespace {

/// Images whose pixels are numbered as they lie in the array.
labelled_images images(const sizes& shape, const expected_images& expected = {}) {
    labelled_images set;
    set_images(
        set, shape, expected, [](const std::string& reason) { throw file_error("x", reason); },
        [&] {
            bytes all(std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>()));
            std::iota(all.begin(), all.end(), std::uint8_t{0});
            return all;
        });
    return set;
}

std::string refusal(const sizes& shape) {
    return message_of<file_error>([&] { images(shape); });
}

std::vector<int> shape_of(const labelled_images& set) { return {set.count, set.channels, set.height, set.width}; }

}  // namespace

TEST_CASE("three axes are grey images", "[image_axes]") {
    const auto set = images({2, 3, 4});
    CHECK(shape_of(set) == std::vector{2, 1, 3, 4});
    CHECK(set.pixels.size() == 24);
    CHECK(set.pixels[23] == 23);
}

TEST_CASE("of four axes the channels are the last, else the second, or as expected", "[image_axes]") {
    CHECK(shape_of(images({2, 5, 4, 3})) == std::vector{2, 3, 5, 4});
    CHECK(shape_of(images({2, 3, 5, 4})) == std::vector{2, 3, 5, 4});
    CHECK(shape_of(images({2, 1, 4, 5})) == std::vector{2, 1, 4, 5});
    CHECK(shape_of(images({2, 3, 4, 3})) == std::vector{2, 3, 3, 4});  // both could be: the last
    CHECK(shape_of(images({2, 3, 4, 3}, {.channels = 3, .height = 4, .width = 3})) == std::vector{2, 3, 4, 3});
    CHECK(shape_of(images({2, 4, 5, 2}, {.channels = 2, .height = 4, .width = 5})) == std::vector{2, 2, 4, 5});
    CHECK(shape_of(images({2, 7, 4, 5}, {.channels = 7, .height = 4, .width = 5})) == std::vector{2, 7, 4, 5});
}

TEST_CASE("pixels lie channel by channel, however the file has them", "[image_axes]") {
    CHECK(images({1, 3, 1, 2}).pixels == bytes{0, 1, 2, 3, 4, 5});
    // Two images of 1 x 2 pixels with three channels each.
    CHECK(images({2, 1, 2, 3}).pixels == bytes{0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11});
    CHECK(images({1, 2, 2, 1}).pixels == bytes{0, 1, 2, 3});
}

TEST_CASE("shapes of no images are refused before anything is read", "[image_axes]") {
    CHECK(refusal({}) == "x: has the shape (); images are read as (N, H, W), (N, C, H, W) or (N, H, W, C)");
    CHECK(contains(refusal({7, 784}), "has the shape 7x784;"));
    CHECK(contains(refusal({1, 2, 3, 4, 5}), "has the shape 1x2x3x4x5;"));
    CHECK(refusal({0, 28, 28}) == "x: holds no images: its sizes are 0x28x28");
    CHECK(contains(refusal({1, std::uint64_t{1} << 31U, 1}), "holds no images"));
    CHECK(refusal({2, 4, 5, 2}) == "x: is 2x4x5x2, and neither axis 1 nor axis 3 has the 1 or 3 channels of images");
    labelled_images set;
    bool was_read = false;
    CHECK_THROWS_AS(set_images(
                        set, sizes{2, 2}, {}, [](const std::string& reason) { throw file_error("x", reason); },
                        [&] {
                            was_read = true;
                            return bytes();
                        }),
                    file_error);
    CHECK_FALSE(was_read);
}

}  // namespace data_image_axes_test
