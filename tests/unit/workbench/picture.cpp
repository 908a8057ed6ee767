// Pictures in files.

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/workbench/picture.hpp>

namespace workbench_picture_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("pictures: SVG as it is, PNG at the resolution of papers, and nothing else") {
    const temp_folder folder;
    const std::string svg =
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48"><rect width="48" height="48" fill="#0072b2"/></svg>)";
    workbench::write_picture(folder / "a.svg", svg);
    CHECK(contents(folder / "a.svg") == svg);
    workbench::write_picture(folder / "A.SVG", svg);
    CHECK(contents(folder / "A.SVG") == svg);
    workbench::write_picture(folder / "a.png", svg);
    CHECK(contents(folder / "a.png").substr(16, 8) == std::string("\0\0\x01\x2c\0\0\0\x96", 8));  // 300 x 150
    // 11811 pixels a metre are 300 an inch; the sum is that of other programs for these bytes.
    CHECK(contents(folder / "a.png").substr(33, 21) ==
          std::string("\0\0\0\x09pHYs\0\0\x2e\x23\0\0\x2e\x23\x01\x78\xa5\x3f\x76", 21));
    const auto pixels = workbench::drawn(svg, 96);
    CHECK(pixels.width == 96);
    CHECK(pixels.height == 48);
    REQUIRE(pixels.values.size() == 96 * 48 * 3);
    CHECK(std::vector<int>(pixels.values.begin(), pixels.values.begin() + 3) == std::vector<int>{0, 0x72, 0xb2});
    CHECK(pixels.values[95 * 3] == 255);
    CHECK(message_of<usage_error>([&] {
              workbench::write_picture(folder / "a.pdf", svg);
          }).find("end it in .svg or .png") != std::string::npos);
    CHECK(message_of<usage_error>([&] {
              workbench::write_picture(folder / "b.png", "no picture");
          }).find("can't be drawn") != std::string::npos);
    CHECK(folder.entries() == 3);
}

TEST_CASE("pictures: letters are drawn where a font is") { CHECK(workbench::draws_letters()); }

}  // namespace workbench_picture_test
