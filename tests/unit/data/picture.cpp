// PNG and JPEG pictures.

#include "data/picture.hpp"

#include "files.hpp"

#include <cortexpr/error.hpp>

namespace data_picture_test {

using namespace cortexpr;
using namespace cortexpr::test;
using data::planes_of;
using data::read_picture;

namespace {

constexpr std::uint64_t limit = 1'000'000;
using bytes = std::vector<std::uint8_t>;

std::string refusal(const std::filesystem::path& file, std::uint64_t most = limit) {
    const auto message = message_of<file_error>([&] { read_picture(file, most); });
    if (!message.empty()) CHECK(is_sentence_about(message, file));
    return message;
}

}  // namespace

TEST_CASE("PNG pictures are read: grey, RGB, without their transparency, by palette", "[picture]") {
    const temp_folder folder;
    const auto file = folder / "x.png";
    put_png(file, 1, 3, PNG_FORMAT_GRAY, {0, 100, 255});
    auto read = read_picture(file, limit);
    CHECK(read.height == 1);
    CHECK(read.width == 3);
    CHECK(read.channels == 1);
    CHECK(read.pixels == bytes{0, 100, 255});
    put_png(file, 2, 1, PNG_FORMAT_RGB, {1, 2, 3, 4, 5, 6});
    read = read_picture(file, limit);
    CHECK(read.height == 2);
    CHECK(read.channels == 3);
    CHECK(read.pixels == bytes{1, 2, 3, 4, 5, 6});
    put_png(file, 1, 2, PNG_FORMAT_RGBA, {1, 2, 3, 0, 4, 5, 6, 128});
    CHECK(read_picture(file, limit).pixels == bytes{1, 2, 3, 4, 5, 6});
    put_png(file, 1, 2, PNG_FORMAT_GA, {9, 0, 8, 128});
    CHECK(read_picture(file, limit).pixels == bytes{9, 8});
}

TEST_CASE("JPEG pictures are read, grey and in colour, whatever their name", "[picture]") {
    const temp_folder folder;
    put_jpeg(folder / "x.png", 9, 17, {200});
    auto read = read_picture(folder / "x.png", limit);
    CHECK(read.channels == 1);
    CHECK(read.height == 9);
    CHECK(read.width == 17);
    CHECK(read.pixels == bytes(9 * 17, 200));
    put_jpeg(folder / "x.jpg", 8, 8, {200, 100, 50});
    read = read_picture(folder / "x.jpg", limit);
    CHECK(read.channels == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(int{read.pixels[i]} - std::vector{200, 100, 50}[i]) <= 2);
}

TEST_CASE("grey is repeated, and colours become luma with Pillow's rounding", "[picture]") {
    CHECK(planes_of({1, 2, 1, {7, 9}}, 3) == bytes{7, 9, 7, 9, 7, 9});
    CHECK(planes_of({1, 2, 1, {7, 9}}, 1) == bytes{7, 9});
    CHECK(planes_of({1, 2, 3, {1, 2, 3, 4, 5, 6}}, 3) == bytes{1, 4, 2, 5, 3, 6});
    // Image.new("RGB", (1, 1), colour).convert("L") of Pillow: red, green, blue, white, a mixture.
    CHECK(planes_of({1, 5, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30}}, 1) ==
          bytes{76, 150, 29, 255, 18});
}

TEST_CASE("a picture that is cut, damaged or of another format is refused", "[picture]") {
    const temp_folder folder;
    bytes noise;
    for (int i = 0; i < 3 * 40 * 40; ++i) noise.push_back(static_cast<std::uint8_t>(i * 37 % 251));
    put_png(folder / "x.png", 40, 40, PNG_FORMAT_RGB, noise);
    const auto png = contents(folder / "x.png");
    for (const std::size_t length : {std::size_t{9}, std::size_t{30}, png.size() / 2, png.size() - 1}) {
        put(folder / "x.png", png.substr(0, length));
        CHECK(contains(refusal(folder / "x.png"), "can't be decoded as PNG (the file is cut short)"));
    }
    auto damaged = png;
    damaged[png.size() / 2] = static_cast<char>(damaged[png.size() / 2] ^ 1);
    put(folder / "x.png", damaged);
    CHECK(contains(refusal(folder / "x.png"), "can't be decoded as PNG"));

    put_jpeg(folder / "x.jpg", 40, 40, {1, 2, 3});
    const auto jpeg = contents(folder / "x.jpg");
    for (const std::size_t length : {std::size_t{5}, std::size_t{100}, jpeg.size() / 2, jpeg.size() - 2}) {
        put(folder / "x.jpg", jpeg.substr(0, length));
        CHECK(contains(refusal(folder / "x.jpg"), "can't be decoded as JPEG"));
    }
    put(folder / "x.jpg", "GIF89a and so on");
    CHECK(contains(refusal(folder / "x.jpg"), "is neither a PNG nor a JPEG picture"));
    put(folder / "x.jpg", "");
    CHECK(contains(refusal(folder / "x.jpg"), "is neither a PNG nor a JPEG picture"));
    CHECK(contains(refusal(folder / "none.jpg"), "No such file"));
}

TEST_CASE("a picture of other colours than are read is refused with what makes them so", "[picture]") {
    const temp_folder folder;
    put_png(folder / "x.png", 1, 2, PNG_FORMAT_LINEAR_Y, {0, 1, 2, 3});
    CHECK(contains(refusal(folder / "x.png"), "convert IN.png -depth 8 OUT.png"));
    put_jpeg(folder / "x.jpg", 8, 8, {200, 100, 50, 25});
    CHECK(contains(refusal(folder / "x.jpg"), "convert IN.jpg -colorspace sRGB OUT.jpg"));
}

TEST_CASE("a picture of more pixels than the limit is refused before memory is taken", "[picture]") {
    const temp_folder folder;
    put_png(folder / "x.png", 100, 100, PNG_FORMAT_GRAY, bytes(10'000));
    CHECK(contains(refusal(folder / "x.png", 9'999), "100x100 pixels, more than the limit of 9999"));
    CHECK(contains(refusal(folder / "x.png", 10), "bytes, more than the limit of 10"));
    CHECK(refusal(folder / "x.png", 10'000).empty());
}

}  // namespace data_picture_test
