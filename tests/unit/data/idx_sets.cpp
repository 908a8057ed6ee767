// MNIST and the sets in its files.

#include "catch.hpp"

#include <array>
#include <cortexpr/data/batches.hpp>
#include <cortexpr/data/load_images.hpp>
#include <map>
#include <numeric>

#include "files.hpp"
#include "temp_folder.hpp"

namespace idx_sets_test {

using namespace cortexpr;
using namespace cortexpr::test;
using data::load_images;
using data::split;

namespace fs = std::filesystem;

namespace {

const fs::path shipped = fs::path(CORTEXPR_SOURCE_DIR) / "examples" / "data" / "mnist";

std::array<int, 10> histogram(const data::labelled_images& set) {
    std::array<int, 10> counts{};
    for (const std::uint8_t label : set.labels) ++counts[label];
    return counts;
}

std::string image_bytes(std::uint32_t count, std::string_view pixels) { return idx_file({count, 2, 2}, pixels); }

std::string label_bytes(std::uint32_t count, std::string_view labels) { return idx_file({count}, labels); }

void put_pair(const fs::path& folder, const std::string& images, const std::string& labels) {
    fs::create_directories(folder);
    put(folder / "t10k-images-idx3-ubyte", images);
    put(folder / "t10k-labels-idx1-ubyte", labels);
}

data::labelled_images load(const fs::path& place, split part, int classes = 10) {
    return load_images(place, part, {.classes = classes});
}

std::string refusal(const fs::path& place, split part, int classes = 10) {
    const auto message = message_of<file_error>([&] { load(place, part, classes); });
    CHECK(message.find('\n') == std::string::npos);
    return message;
}

std::string all_labels(int first, int last) {
    std::string labels;
    for (int label = first; label <= last; ++label) labels += static_cast<char>(label);
    return labels;
}

}  // namespace

TEST_CASE("the shipped subset is 10,000 and 2,000 digits, every class as often") {
    for (const auto& [part, count] : {std::pair{split::train, 10'000}, std::pair{split::test, 2'000}}) {
        const data::labelled_images set = load(shipped, part);
        CHECK(set.count == count);
        CHECK(set.channels == 1);
        CHECK(set.height == 28);
        CHECK(set.width == 28);
        CHECK(set.classes == 10);
        CHECK(set.pixels.size() == static_cast<std::size_t>(count) * 784);
        for (const int of_class : histogram(set)) CHECK(of_class == count / 10);
        CHECK(set.source == (part == split::train ? "MNIST train, " : "MNIST test, ") + shipped.string());
    }
}

TEST_CASE("the shipped pixels have the mean and deviation that normalisation takes away") {
    const data::labelled_images set = load(shipped, split::train);
    std::vector<float> pixels(set.pixels.size());
    data::normalise(set, data::natural_order(10'000), pixels);
    const double count = static_cast<double>(pixels.size());
    const double mean = std::accumulate(pixels.begin(), pixels.end(), 0.0) / count;
    const double square = std::inner_product(pixels.begin(), pixels.end(), pixels.begin(), 0.0) / count;
    CHECK(mean == Approx(0.0).margin(0.01));
    CHECK(square - mean * mean == Approx(1.0).margin(0.01));
}

TEST_CASE("the full MNIST loads, and an epoch of it fits into batches") {
    if (!fs::exists(CORTEXPR_MNIST_DIR)) {
        WARN("skipped: the full MNIST is not at " CORTEXPR_MNIST_DIR);
        return;
    }
    const data::labelled_images train = load(CORTEXPR_MNIST_DIR, split::train);
    CHECK(train.count == 60'000);
    CHECK(histogram(train) == std::array{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
    CHECK(load(CORTEXPR_MNIST_DIR, split::test).count == 10'000);

    const auto order = data::shuffled_order(60'000, 1, 0);
    std::vector<float> images(256 * train.image_size());
    std::vector<std::int64_t> labels(256);
    for (const auto batch : data::batches(order, 256)) {
        data::normalise(train, batch, std::span(images).first(batch.size() * train.image_size()));
        data::gather_labels(train, batch, std::span(labels).first(batch.size()));
    }
    CHECK(labels[60'000 % 256 - 1] == train.labels[order.back()]);
}

TEST_CASE("torchvision's layout is found, and plain files go before packed ones") {
    const temp_folder folder;
    put_pair(folder / "MNIST" / "raw", image_bytes(2, "abcdefgh"), label_bytes(2, "\x03\x09"));
    const data::labelled_images set = load(folder.path(), split::test);
    CHECK(set.count == 2);
    CHECK(set.labels == std::vector<std::uint8_t>{3, 9});
    CHECK(set.pixels[7] == 'h');
    put(folder / "MNIST/raw/t10k-labels-idx1-ubyte.gz", "not read");
    CHECK(load(folder.path(), split::test).count == 2);
    // Kaggle's: folders of MNIST's own names lie beside files whose names have a dot.
    const temp_folder kaggle;
    for (const auto* name : {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
        std::filesystem::create_directory(kaggle / name);
        put(kaggle / name / name, "not read");
    }
    put(kaggle / "t10k-images.idx3-ubyte", image_bytes(2, "abcdefgh"));
    put(kaggle / "t10k-labels.idx1-ubyte", label_bytes(2, "\x03\x09"));
    CHECK(load(kaggle.path(), split::test).labels == std::vector<std::uint8_t>{3, 9});
}

TEST_CASE("files that do not make a data set are refused with the reason") {
    const temp_folder folder;
    const auto told = [&] { return refusal(folder.path(), split::test); };

    CHECK(contains(refusal(folder / "none", split::test), "there is no such file or folder"));
    CHECK(contains(told(), "holds no data set: neither train-images-idx3-ubyte"));
    put(folder / "t10k-images-idx3-ubyte", image_bytes(2, "abcdefgh"));
    CHECK(contains(told(), "holds none of t10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte.gz, t10k-labels.idx1-ubyte"));
    CHECK(contains(refusal(folder.path(), split::train), "holds none of train-images-idx3-ubyte"));
    put_pair(folder.path(), image_bytes(2, "abcdefgh"), label_bytes(3, "\x01\x02\x03"));
    CHECK(contains(told(), "holds 3 labels, but "));
    CHECK(contains(told(), "holds 2 images"));
    put_pair(folder.path(), image_bytes(2, "abcdefgh"), label_bytes(2, std::string("\x00\x0A", 2)));
    CHECK(contains(told(), (folder / "t10k-labels-idx1-ubyte").string() +
                               ": has the label 10 at index 1, but the network tells apart 10 classes, labels 0 to 9"));
    put_pair(folder.path(), image_bytes(0, ""), label_bytes(0, ""));
    CHECK(contains(told(), "holds no images: its sizes are 0x2x2"));
    put_pair(folder.path(), label_bytes(2, "\x01\x02"), image_bytes(2, "abcdefgh"));
    CHECK(contains(told(), "axes"));
}

TEST_CASE("every way to write the names of MNIST's files is read", "[idx]") {
    for (const std::string mark : {"-", "."})
        for (const std::string word : {"t10k", "test"})
            for (const std::string prefix : {"", "emnist-digits-", "other-"})
                for (const std::string place :
                     {".", "raw", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "EMNIST/raw"}) {
                    CAPTURE(mark, word, prefix, place);
                    const temp_folder folder;
                    put_idx(folder / place, prefix + word, all_labels(0, 2), mark);
                    put_idx(folder / place, prefix + "train", all_labels(0, 3), mark);
                    CHECK(load(folder.path(), split::test).count == 3);
                    CHECK(load(folder.path(), split::train).count == 4);
                }
}

TEST_CASE("images of four axes in MNIST's files have channels, before or after the pixels", "[idx]") {
    const std::vector<std::uint8_t> planes{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'};
    const std::string first = "abcdefghijkl", last = "aeibfjcgkdhl";
    for (const std::string name : {"t10k-images-idx3-ubyte", "t10k-images-idx4-ubyte", "test-images.idx4-ubyte.gz"}) {
        CAPTURE(name);
        const temp_folder folder;
        const auto images = [&](std::vector<std::uint32_t> shape, const std::string& pixels,
                                data::expected_images expected = {}) {
            const auto file = idx_file(std::move(shape), pixels);
            put(folder / name, name.ends_with("gz") ? gzipped(file) : file);
            expected.scale = data::mnist_scale;
            return load_images(folder.path(), split::test, expected);
        };
        put(folder / (name.substr(0, 4) + "-labels-idx1-ubyte"), label_bytes(1, "\x03"));
        for (const auto& set : {images({1, 3, 2, 2}, first), images({1, 2, 2, 3}, last)}) {
            CHECK(set.channels == 3);
            CHECK(set.height == 2);
            CHECK(set.width == 2);
            CHECK(set.pixels == planes);
        }
        CHECK(images({1, 1, 3, 4}, first).channels == 1);
        // What the network takes decides where both may be channels, and gives any number of them a place.
        CHECK(images({1, 3, 4, 1}, first, {.channels = 3, .height = 4, .width = 1}).height == 4);
        CHECK(images({1, 3, 4, 1}, first, {.channels = 1, .height = 3, .width = 4}).width == 4);
        CHECK(images({1, 6, 2, 1}, first, {.channels = 6, .height = 2, .width = 1}).channels == 6);
        CHECK(contains(message_of<file_error>([&] {
                           images({1, 2, 3, 2}, first);
                       }),
                       name + ": is 1x2x3x2, and neither axis 1 nor axis 3 has the 1 or 3 channels of images"));
        CHECK(contains(message_of<file_error>([&] { images({1, 2, 1, 3, 2}, first); }), "has 5 axes, 3 to 4 were"));
        CHECK(contains(message_of<file_error>([&] { images({1, 0, 3, 2}, ""); }), "no images: its sizes are 1x0x3x2"));
    }
}

TEST_CASE("colours in MNIST's files are measured: MNIST's constants are for grey", "[idx]") {
    const temp_folder folder;
    put(folder / "train-images-idx4-ubyte", idx_file({2, 3, 1, 1}, std::string("\x00\x10\x20\x00\x30\x20", 6)));
    put(folder / "train-labels-idx1-ubyte", label_bytes(2, std::string(2, '\0')));
    const auto scale = load_images(folder.path(), split::train, {.channels = 3, .height = 1, .width = 1}).scale;
    REQUIRE(scale.channels.size() == 3);
    CHECK(scale.channels[1] == data::channel_scale{32.0F / 255, 16.0F / 255});
    put(folder / "train-images-idx4-ubyte", idx_file({2, 1, 1, 3}, std::string(6, '\1')));
    CHECK(load_images(folder.path(), split::train, {.channels = 1, .height = 1, .width = 3}).scale ==
          data::normalisation(data::mnist_scale));
}

TEST_CASE("of several files for one thing the first in the documented order is read", "[idx]") {
    const temp_folder folder;
    const auto labels = [&](char label) { return label_bytes(1, std::string(1, label)); };
    put(folder / "t10k-images-idx3-ubyte", image_bytes(1, "abcd"));
    const std::vector<std::string> names{"t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte.gz",
                                         "t10k-labels.idx1-ubyte", "t10k-labels.idx1-ubyte.gz"};
    for (int place = 0; place < 4; ++place)
        put(folder / names[static_cast<std::size_t>(place)], names[static_cast<std::size_t>(place)].ends_with("gz")
                                                                 ? gzipped(labels(static_cast<char>(place)))
                                                                 : labels(static_cast<char>(place)));
    put_idx(folder.path(), "test", all_labels(7, 8));  // t10k goes first
    for (int place = 0; place < 4; ++place) {
        CHECK(load(folder.path(), split::test).labels == std::vector<std::uint8_t>{static_cast<std::uint8_t>(place)});
        fs::remove(folder / names[static_cast<std::size_t>(place)]);
    }
}

TEST_CASE("the files of one folder go before those below it", "[idx]") {
    const temp_folder folder;
    put_idx(folder / "MNIST/raw", "t10k", all_labels(0, 4));
    put_idx(folder.path(), "t10k", all_labels(0, 1));
    CHECK(load(folder.path(), split::test).count == 2);
}

TEST_CASE("the network says how many classes there are, and labels go up to 255", "[idx]") {
    const temp_folder folder;
    put_idx(folder.path(), "t10k", all_labels(0, 255));
    CHECK(load(folder.path(), split::test, 256).labels.back() == 255);
    CHECK(load(folder.path(), split::test, 0).classes == 256);
    CHECK(load(folder.path(), split::test, 300).classes == 300);
    CHECK(contains(refusal(folder.path(), split::test, 47), "has the label 47 at index 47, but the network"));
    put_idx(folder.path(), "t10k", all_labels(0, 1));
    CHECK(load(folder.path(), split::test, 2).classes == 2);
    CHECK(load(folder.path(), split::test, 47).classes == 47);  // a small split may lack classes
    CHECK(load(folder.path(), split::test, 0).classes == 2);
}

TEST_CASE("EMNIST's splits have their classes, whatever is expected", "[idx]") {
    for (const auto& [name, classes] : std::map<std::string, int>{
             {"mnist", 10}, {"digits", 10}, {"balanced", 47}, {"bymerge", 47}, {"byclass", 62}}) {
        const temp_folder folder;
        put_idx(folder.path(), "emnist-" + name + "-train", all_labels(0, 5));
        CHECK(load(folder.path(), split::train, classes).classes == classes);
        CHECK(load(folder.path(), split::train, 5).classes == classes);
        put_idx(folder.path(), "emnist-" + name + "-train", all_labels(0, classes));
        CHECK(contains(refusal(folder.path(), split::train, 100), "but the set has " + std::to_string(classes)));
    }
}

TEST_CASE("EMNIST's archive is found where it was unpacked", "[idx]") {
    for (const auto* below : {"gzip", "emnist/gzip"}) {
        const temp_folder folder;
        put_idx(folder / below, "emnist-digits-train", all_labels(0, 5));
        put_idx(folder / below, "emnist-letters-train", all_labels(1, 5));
        CHECK(load(folder.path(), split::train, 10).classes == 10);
        CHECK(load(folder / "emnist-letters", split::train, 26).classes == 26);
    }
}

TEST_CASE("EMNIST's letters count from 1, unless 27 classes are expected", "[idx]") {
    const temp_folder folder;
    put_idx(folder.path(), "emnist-letters-train", all_labels(1, 26));
    put_idx(folder.path(), "emnist-letters-test", all_labels(3, 5));
    for (const int classes : {26, 10}) {
        const auto train = load(folder.path(), split::train, classes), test = load(folder.path(), split::test, classes);
        CHECK(train.classes == 26);
        CHECK(train.first_label == 1);
        CHECK(train.labels.front() == 0);
        CHECK(train.labels.back() == 25);
        CHECK(test.labels == std::vector<std::uint8_t>{2, 3, 4});
    }
    const auto as_stored = load(folder.path(), split::test, 27);
    CHECK(as_stored.classes == 27);
    CHECK(as_stored.labels == std::vector<std::uint8_t>{3, 4, 5});
    put_idx(folder.path(), "emnist-letters-train", all_labels(0, 25));
    CHECK(contains(refusal(folder.path(), split::train, 26), "has the label 0 at index 0"));
}

TEST_CASE("labels from 1 are read alike in both splits", "[idx]") {
    const temp_folder folder;
    const auto first_labels = [&](int classes) {
        return std::pair(load(folder.path(), split::train, classes).first_label,
                         load(folder.path(), split::test, classes).first_label);
    };
    put_idx(folder.path(), "train", all_labels(1, 4));
    put_idx(folder.path(), "t10k", all_labels(2, 3));
    CHECK(first_labels(4) == std::pair(1, 1));
    CHECK(load(folder.path(), split::test, 4).labels == std::vector<std::uint8_t>{1, 2});
    CHECK(first_labels(5) == std::pair(0, 0));
    CHECK(first_labels(0) == std::pair(0, 0));
    // The largest lies in the test split only.
    put_idx(folder.path(), "train", all_labels(1, 3));
    put_idx(folder.path(), "t10k", all_labels(1, 4));
    CHECK(first_labels(4) == std::pair(1, 1));
    // A 0 in either split means that they count from 0, and the label 4 has no class.
    put_idx(folder.path(), "t10k", all_labels(0, 3));
    CHECK(first_labels(4) == std::pair(0, 0));
    put_idx(folder.path(), "train", all_labels(1, 4));
    CHECK(contains(refusal(folder.path(), split::train, 4), "has the label 4 at index 3"));
    // What was found in training holds where only a test split is there.
    const temp_folder alone;
    put_idx(alone.path(), "t10k", all_labels(1, 2));
    CHECK(load_images(alone.path(), split::test, {.classes = 4, .first_label = 1}).labels ==
          std::vector<std::uint8_t>{0, 1});
}

TEST_CASE("of several sets in a folder the one with the network's classes is read, or a name picks it", "[idx]") {
    const temp_folder folder;
    const auto raw = folder / "EMNIST/raw";
    for (const std::string name : {"letters", "balanced", "byclass", "digits", "mnist"})
        put_idx(raw, "emnist-" + name + "-test", all_labels(1, name == "letters" ? 1 : 2));
    CHECK(contains(load_images(folder.path(), split::test, {.classes = 26, .scale = data::mnist_scale}).source,
                   "emnist-letters test"));
    const auto several = refusal(folder.path(), split::test, 10);
    CHECK(contains(several, "holds several data sets that may be meant; give one of " +
                                (raw / "emnist-digits").string() + ", " + (raw / "emnist-mnist").string()));
    for (const auto& place : {raw / "emnist-mnist", folder / "emnist-mnist"})
        CHECK(contains(load_images(place, split::test, {.classes = 10, .scale = data::mnist_scale}).source,
                       "emnist-mnist test"));
    CHECK(contains(refusal(raw / "emnist-nothing", split::test), "there is no such file or folder"));
    CHECK(contains(refusal(folder.path(), split::test, 5), "emnist-letters"));  // none fits: all are named
}

TEST_CASE("mean and deviation are the set's that the folder names, or MNIST's", "[idx]") {
    const temp_folder folder;
    const auto scale_in = [&](const std::string& place) {
        put_idx(folder / place, "train", all_labels(0, 3));
        return load(folder / place, split::train).scale;
    };
    CHECK(scale_in("any") == data::mnist_scale);
    CHECK(scale_in("any/raw") == data::mnist_scale);
    CHECK(scale_in("MNIST/raw") == data::mnist_scale);
    CHECK(scale_in("FashionMNIST/raw") == data::normalisation(0.2860F, 0.3530F));
    CHECK(scale_in("KMNIST/raw") == data::normalisation(0.1918F, 0.3483F));
}

TEST_CASE("QMNIST's labels are the first column of their rows", "[idx_sets]") {
    const temp_folder folder;
    const auto rows = [](std::vector<std::uint32_t> classes) {
        std::string elements;
        for (const auto value : classes) {
            elements += big_endian(value);
            for (std::uint32_t column = 1; column < 8; ++column) elements += big_endian(1000 * column);
        }
        return gzipped(idx_file({static_cast<std::uint32_t>(classes.size()), 8}, elements, 0x0C));
    };
    put(folder / "qmnist-train-images-idx3-ubyte.gz", gzipped(image_bytes(3, std::string(12, 7))));
    put(folder / "qmnist-train-labels-idx2-int.gz", rows({4, 0, 9}));
    const auto train = load(folder.path(), split::train);
    CHECK(train.count == 3);
    CHECK(train.labels == std::vector<std::uint8_t>{4, 0, 9});
    put(folder / "qmnist-train-labels-idx2-int.gz", rows({4, 0, 4'000'000'000}));  // -294967296
    CHECK(contains(refusal(folder.path(), split::train), "label -294967296 at index 2"));
    put(folder / "qmnist-train-labels-idx2-int.gz", gzipped(idx_file({3, 0}, "", 0x0C)));
    CHECK(contains(refusal(folder.path(), split::train), "holds rows of labels without columns"));
    put(folder / "qmnist-train-labels-idx2-int.gz", gzipped(idx_file({3}, "\1\2\3")));
    CHECK(contains(refusal(folder.path(), split::train), "holds unsigned bytes (0x08), 32-bit integers (0x0c) were"));
}

}  // namespace idx_sets_test
