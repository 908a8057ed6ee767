// CIFAR's binary files.

#include "files.hpp"

#include <cortexpr/data/load_images.hpp>

namespace data_cifar_test {

using namespace cortexpr;
using namespace cortexpr::test;
using data::load_images;
using data::split;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t image_bytes = 3072;

/// A record: labels, then pixels that all are `pixel` but the first of each channel, which is its number.
std::string record(std::string labels, char pixel) {
    std::string image(image_bytes, pixel);
    for (std::size_t channel = 0; channel < 3; ++channel) image[channel * 1024] = static_cast<char>(channel);
    return labels + image;
}

void put_cifar_10(const fs::path& folder) {
    fs::create_directories(folder);
    for (char batch = 1; batch <= 5; ++batch)
        put(folder / ("data_batch_" + std::string(1, static_cast<char>('0' + batch)) + ".bin"),
            record({static_cast<char>(batch - 1)}, batch) + record({9}, batch));
    put(folder / "test_batch.bin", record({7}, 100));
}

void put_cifar_100(const fs::path& folder) {
    fs::create_directories(folder);
    put(folder / "train.bin", record({19, 99}, 1) + record({3, 42}, 2));
    put(folder / "test.bin", record({0, 1}, 3));
}

std::string refusal(const fs::path& place, split part, int classes) {
    const auto message = message_of<file_error>([&] { load_images(place, part, {.classes = classes}); });
    CHECK(message.find('\n') == std::string::npos);
    return message;
}

using labels = std::vector<std::uint8_t>;

}  // namespace

TEST_CASE("CIFAR-10 is read from its batches, in its folder or above", "[cifar]") {
    const temp_folder folder;
    put_cifar_10(folder / "cifar-10-batches-bin");
    for (const auto& place : {folder.path(), folder / "cifar-10-batches-bin"}) {
        const auto train = load_images(place, split::train, {.classes = 10});
        CHECK(train.count == 10);
        CHECK(train.channels == 3);
        CHECK(train.height == 32);
        CHECK(train.width == 32);
        CHECK(train.classes == 10);
        CHECK(train.labels == labels{0, 9, 1, 9, 2, 9, 3, 9, 4, 9});
        CHECK(train.pixels.size() == 10 * image_bytes);
        CHECK(train.pixels[2 * image_bytes + 1] == 2);
        CHECK(train.pixels[2 * image_bytes + 2048] == 2);
        CHECK(train.scale.channels[2] == data::channel_scale{0.4465F, 0.2616F});
        CHECK(load_images(place, split::test).labels == labels{7});
    }
}

TEST_CASE("CIFAR-100 has fine labels, or coarse ones for 20 classes", "[cifar]") {
    const temp_folder folder;
    put_cifar_100(folder / "cifar-100-binary");
    const auto fine = load_images(folder.path(), split::train, {.classes = 100});
    CHECK(fine.classes == 100);
    CHECK(fine.labels == labels{99, 42});
    CHECK(fine.pixels[image_bytes + 1] == 2);
    const auto coarse = load_images(folder.path(), split::train, {.classes = 20});
    CHECK(coarse.classes == 20);
    CHECK(coarse.labels == labels{19, 3});
    CHECK(load_images(folder.path(), split::test, {.classes = 7}).classes == 100);
    put(folder / "cifar-100-binary/train.bin", record({20, 100}, 1));
    CHECK(contains(refusal(folder.path(), split::train, 100),
                   "has the label 100 at index 0, but the set has 100 classes"));
    CHECK(
        contains(refusal(folder.path(), split::train, 20), "has the label 20 at index 0, but the set has 20 classes"));
}

TEST_CASE("the number of classes tells CIFAR-10 and CIFAR-100 in one folder apart", "[cifar]") {
    const temp_folder folder;
    put_cifar_10(folder / "cifar-10-batches-bin");
    put_cifar_100(folder / "cifar-100-binary");
    CHECK(load_images(folder.path(), split::test, {.classes = 10}).labels == labels{7});
    CHECK(load_images(folder.path(), split::test, {.classes = 20}).labels == labels{0});
    CHECK(load_images(folder.path(), split::test, {.classes = 100}).labels == labels{1});
    CHECK(contains(refusal(folder.path(), split::test, 3), "several data sets"));
}

TEST_CASE("CIFAR's Python version is known by its names, and the binary one is named", "[cifar]") {
    const temp_folder folder;
    for (const auto* place : {"ten/cifar-10-batches-py", "hundred/cifar-100-python"})
        fs::create_directories(folder / place);
    put(folder / "ten/cifar-10-batches-py/data_batch_1", "pickled");
    put(folder / "hundred/cifar-100-python/train", "pickled");
    put(folder / "hundred/cifar-100-python/meta", "pickled");
    for (const auto* place : {"ten", "ten/cifar-10-batches-py"})
        CHECK(contains(refusal(folder / place, split::train, 10), "cifar-10-binary.tar.gz"));
    for (const auto* place : {"hundred", "hundred/cifar-100-python"})
        CHECK(contains(refusal(folder / place, split::train, 100), "cifar-100-binary.tar.gz"));
}

TEST_CASE("CIFAR's files are whole, or refused", "[cifar]") {
    const temp_folder folder;
    put_cifar_10(folder.path());
    put(folder / "data_batch_4.bin", record({1}, 4) + "x");
    CHECK(contains(refusal(folder.path(), split::train, 10),
                   "data_batch_4.bin: holds 3074 bytes, which are no whole number of CIFAR-10's records of 3073"));
    put(folder / "data_batch_4.bin", "");
    CHECK(contains(refusal(folder.path(), split::train, 10), "holds 0 bytes"));
    fs::remove(folder / "data_batch_4.bin");
    CHECK(contains(refusal(folder.path(), split::train, 10), "data_batch_4.bin: cannot be opened"));
    put(folder / "test_batch.bin", record({1}, 1) + record({10}, 1));
    CHECK(contains(refusal(folder.path(), split::test, 10),
                   "test_batch.bin: has the label 10 at index 1, but the set has 10 classes, labels 0 to 9"));
    CHECK(contains(message_of<file_error>([&] { load_images(folder.path(), split::test, {.limit_bytes = 6145}); }),
                   "more than the limit of 6145"));
}

TEST_CASE("CIFAR's files may be gzipped", "[cifar]") {
    const temp_folder folder;
    put(folder / "train.bin.gz", gzipped(record({19, 99}, 1) + record({3, 42}, 2)));
    put(folder / "test.bin.gz", gzipped(record({0, 1}, 3)));
    const auto train = load_images(folder.path(), split::train, {.classes = 100});
    CHECK(train.labels == labels{99, 42});
    CHECK(train.pixels[image_bytes + 1] == 2);
    CHECK(load_images(folder.path(), split::test).labels == labels{1});
    CHECK(contains(message_of<file_error>(
                       [&] { load_images(folder.path(), split::train, {.classes = 100, .limit_bytes = 4000}); }),
                   "bytes of images, more than the limit of 4000"));
    put(folder / "train.bin.gz", gzipped(record({19, 99}, 1) + "half"));
    CHECK(contains(refusal(folder.path(), split::train, 100),
                   "train.bin.gz: ends within one of CIFAR-100's records of 3074 bytes"));
    put(folder / "train.bin.gz", gzipped(""));
    CHECK(contains(refusal(folder.path(), split::train, 100), "train.bin.gz: holds no images"));
}

}  // namespace data_cifar_test
