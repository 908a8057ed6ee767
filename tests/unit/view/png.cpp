// Pixels as PNG, and back with libpng.

#include "view/png.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <png.h>

#include <vector>

namespace view_png_test {

using namespace cortexpr;
using pixels = std::vector<std::uint8_t>;

namespace {

std::string refusal(int width, int height, std::size_t bytes) {
    return test::message_of<usage_error>([&] { view::to_png(width, height, pixels(bytes)); });
}

}  // namespace

TEST_CASE("a picture is read back pixel by pixel", "[png]") {
    for (const auto& [width, height] : {std::pair(1, 1), std::pair(3, 2), std::pair(1, 500), std::pair(257, 3)}) {
        pixels told(static_cast<std::size_t>(3 * width * height));
        for (std::size_t i = 0; i < told.size(); ++i) told[i] = static_cast<std::uint8_t>(i * 37 + i / 256);
        const auto bytes = view::to_png(width, height, told);
        ::png_image image{};
        image.version = PNG_IMAGE_VERSION;
        REQUIRE(::png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) != 0);
        CHECK(image.width == static_cast<unsigned>(width));
        CHECK(image.height == static_cast<unsigned>(height));
        image.format = PNG_FORMAT_RGB;
        pixels read(PNG_IMAGE_SIZE(image));
        REQUIRE(::png_image_finish_read(&image, nullptr, read.data(), 0, nullptr) != 0);
        CHECK(read == told);
    }
}

TEST_CASE("another number of pixels than the sizes say is refused", "[png]") {
    CHECK(refusal(2, 3, 17) == "17 bytes are no picture of 3x2 pixels");
    CHECK(refusal(2, 3, 18).empty());
    CHECK_FALSE(refusal(0, 3, 0).empty());
    CHECK_FALSE(refusal(2, 0, 0).empty());
    CHECK_FALSE(refusal(-1, -1, 3).empty());
}

}  // namespace view_png_test
