// Pictures in a folder for each class.

#include "data/image_sets.hpp"
#include "files.hpp"

#include <cortexpr/data/load_images.hpp>

namespace data_image_folder_test {

using namespace cortexpr;
using namespace cortexpr::test;
using data::load_images;
using data::split;

namespace fs = std::filesystem;

namespace {

using bytes = std::vector<std::uint8_t>;

void put_grey(const fs::path& file, std::uint8_t value, std::uint32_t height = 2, std::uint32_t width = 3) {
    put_png(file, height, width, PNG_FORMAT_GRAY, bytes(height * width, value));
}

/// Three classes, the last of them without a picture in the test split.
void put_animals(const fs::path& folder, const std::string& test = "test") {
    put_grey(folder / "train/cat/b.png", 20);
    put_grey(folder / "train/cat/a.PNG", 10);
    put_png(folder / "train/ant/1.png", 2, 3, PNG_FORMAT_RGB, bytes(18, 30));
    put_grey(folder / "train/dog/young/1.png", 40);
    put_grey(folder / test / "cat/1.png", 50);
    put_grey(folder / test / "ant/1.png", 60);
    put(folder / "train/cat/Thumbs.db", "not a picture");
    fs::create_directories(folder / "train/.cache");
    put_grey(folder / "train/cat/.ipynb_checkpoints/a-checkpoint.png", 99);  // hidden, and so is what is below
}

std::string refusal(const fs::path& place, split part) {
    const auto message = message_of<file_error>([&] { load_images(place, part, {.channels = 1, .classes = 3}); });
    CHECK(message.find('\n') == std::string::npos);
    return message;
}

}  // namespace

TEST_CASE("classes are folders in the order of their names, the same in both splits", "[picture]") {
    for (const std::string test : {"test", "testing", "val", "valid", "validation", "Test", "VAL"}) {
        INFO(test);
        const temp_folder folder;
        put_animals(folder.path(), test);
        const auto train = load_images(folder.path(), split::train, {.channels = 1, .classes = 3});
        CHECK(train.count == 4);
        CHECK(train.classes == 3);
        CHECK(train.channels == 1);
        CHECK(train.height == 2);
        CHECK(train.width == 3);
        CHECK(train.labels == bytes{0, 1, 2, 1});
        CHECK(bytes{train.pixels[0], train.pixels[6], train.pixels[12], train.pixels[18]} == bytes{30, 10, 40, 20});
        CHECK(train.scale.channels.front().mean == Approx(25.0 / 255));
        const auto tested = load_images(folder.path(), split::test, {.channels = 1, .classes = 3});
        CHECK(tested.labels == bytes{0, 1});
        CHECK(tested.classes == 3);
        CHECK(tested.scale == train.scale);
    }
}

TEST_CASE("splits are called as common sets call them, and test goes before validation", "[picture]") {
    const temp_folder folder;
    put_animals(folder.path(), "Testing");
    fs::rename(folder / "train", folder / "Training");
    CHECK(load_images(folder.path(), split::train, {.channels = 1}).count == 4);
    CHECK(load_images(folder.path(), split::test, {.channels = 1}).count == 2);
    put_grey(folder / "validation/cat/1.png", 1);
    CHECK(load_images(folder.path(), split::test, {.channels = 1}).count == 2);
}

TEST_CASE("a folder of rarer name without pictures is no split: CMake makes one called Testing", "[picture]") {
    const temp_folder folder;
    fs::create_directories(folder / "Testing/Temporary");
    put(folder / "Testing/Temporary/LastTest.log", "x");
    CHECK(data::find_image_folder(folder.path()).empty());
    put_animals(folder.path(), "test");
    CHECK(load_images(folder.path(), split::test, {.channels = 1}).count == 2);
}

TEST_CASE("images have the channels that the network takes, and colours otherwise", "[picture]") {
    const temp_folder folder;
    put_animals(folder.path());
    for (const int channels : {3, 0, 5}) {  // 5 doesn't fit, which is said where it is compared with the network
        const auto set = load_images(folder.path(), split::train, {.channels = channels});
        CHECK(set.channels == 3);
        CHECK(set.scale.channels.size() == 3);
        CHECK(set.pixels.size() == 4 * 18);
    }
}

TEST_CASE("images are grey for a network of as many inputs as they have pixels", "[picture]") {
    const temp_folder folder;
    put_animals(folder.path());
    CHECK(load_images(folder.path(), split::train, {.inputs = 6}).channels == 1);
    CHECK(load_images(folder.path(), split::train, {.inputs = 18}).channels == 3);
}

TEST_CASE("folders that don't make a data set are refused", "[picture]") {
    const temp_folder folder;
    put_animals(folder.path());
    put_grey(folder / "train/cat/c.png", 1, 3, 2);
    CHECK(contains(refusal(folder.path(), split::train), (folder / "train/cat/c.png").string() +
                                                             ": is 3x2 pixels (height x width), but " +
                                                             (folder / "train/ant/1.png").string() + " is 2x3"));
    put(folder / "train/cat/c.png", "no picture");
    CHECK(contains(refusal(folder.path(), split::train), "c.png: is neither a PNG nor a JPEG"));
    fs::remove(folder / "train/cat/c.png");
    put(folder / "train/cat/c.bmp", "BM");
    CHECK(contains(refusal(folder.path(), split::train), "c.bmp: is a picture in a format that isn't read"));
    fs::remove(folder / "train/cat/c.bmp");
    CHECK(refusal(folder.path(), split::train).empty());
    fs::create_symlink("nowhere.png", folder / "train/cat/z.png");
    CHECK(contains(refusal(folder.path(), split::train), "z.png: is a link that leads to no file"));
    fs::remove(folder / "train/cat/z.png");
    fs::create_symlink(folder / "train/cat/b.png", folder / "train/cat/z.png");
    CHECK(load_images(folder.path(), split::train, {.channels = 1}).count == 5);
    fs::remove(folder / "train/cat/z.png");
    fs::create_directories(folder / "train/empty");
    CHECK(
        contains(refusal(folder.path(), split::train), "empty: is the folder of a class without a PNG or JPEG image"));
    fs::remove(folder / "train/empty");
    put_grey(folder / "test/zebra/1.png", 1);
    CHECK(contains(refusal(folder.path(), split::test), "zebra: is a class that the training split doesn't have"));
    fs::remove_all(folder / "test");
    CHECK(contains(refusal(folder.path(), split::test),
                   "has no folder test or testing or val or valid or validation with images"));
}

TEST_CASE("image folders larger than the limit are refused before memory is taken", "[picture]") {
    const temp_folder folder;
    for (int i = 0; i < 20; ++i) put_grey(folder / "train/cat" / (std::to_string(i) + ".png"), 1, 10, 10);
    CHECK(contains(
        message_of<file_error>([&] { load_images(folder.path(), split::train, {.channels = 1, .limit_bytes = 1999}); }),
        "has 20 images of 100 bytes, more than the limit of 1999"));
}

TEST_CASE("a link to a folder in which it lies is refused, and one to another followed", "[picture]") {
    const temp_folder folder;
    put_animals(folder.path());
    fs::create_directory_symlink("../dog/young", folder / "train/cat/more");
    CHECK(load_images(folder.path(), split::train, {.channels = 1, .classes = 3}).count == 5);
    const auto told = [&](const char* target, const char* link) {
        fs::create_directory_symlink(target, folder / link);
        const auto message = refusal(folder.path(), split::train);
        fs::remove(folder / link);
        return message;
    };
    for (const auto* target : {"..", ".", "../.."}) {
        const auto message = told(target, "train/cat/up");
        CHECK(is_sentence_about(message, folder / "train/cat/up"));
        CHECK(contains(message, "is a link to a folder above it"));
    }
    CHECK(contains(told("..", "train/dog/young/up"), "young/up: is a link to a folder above it"));
    fs::rename(folder / "train", folder / "training");  // whose name isn't enough: pictures are looked for
    CHECK(contains(told("..", "training/ant/up"), "ant/up: is a link to a folder above it"));
    fs::rename(folder / "training", folder / "train");
    fs::create_directory_symlink("../../cat", folder / "train/dog/young/round");  // and from there back again
    CHECK(contains(told("../dog", "train/cat/round"), "is a link to a folder above it"));
    // No pictures to look for on ways that double with each link.
    const temp_folder without;
    fs::create_directories(without / "Testing/unit");
    put(without / "Testing/unit/notes.txt", "x");
    for (const auto* name : {"a", "b"}) fs::create_directory_symlink("..", without / "Testing/unit" / name);
    CHECK(contains(refusal(without.path(), split::train), "holds no data set"));
}

}  // namespace data_image_folder_test
