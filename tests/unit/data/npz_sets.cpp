// Data sets in .npz files, by the names that common sets use.

#include "files.hpp"

#include <cortexpr/data/load_images.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <span>

namespace data_npz_sets_test {

using namespace cortexpr;
using namespace cortexpr::test;
using Catch::Matchers::Contains;
using data::load_images;
using data::split;

namespace fs = std::filesystem;

namespace {

using members = std::map<std::string, std::string>;
using labels = std::vector<std::uint8_t>;

/// Two images of 2 x 2, and one.
const std::string two = npy("|u1", "(2, 2, 2)", "abcdefgh"), one = npy("|u1", "(1, 2, 2)", "ijkl");
const std::string two_labels = npy("|u1", "(2,)", std::string("\x00\x03", 2)), one_label = npy("|u1", "(1,)", "\x02");

members keras() {
    return {{"x_train.npy", two}, {"y_train.npy", two_labels}, {"x_test.npy", one}, {"y_test.npy", one_label}};
}

std::string refusal(const fs::path& place, split part, int classes = 4) {
    const auto message = message_of<file_error>([&] { load_images(place, part, {.classes = classes}); });
    CHECK(message.find('\n') == std::string::npos);
    return message;
}

void check_both(const fs::path& place) {
    const auto train = load_images(place, split::train, {.classes = 4}),
               test = load_images(place, split::test, {.classes = 4});
    CHECK(train.count == 2);
    CHECK(train.channels == 1);
    CHECK(train.height == 2);
    CHECK(train.classes == 4);
    CHECK(train.labels == labels{0, 3});
    CHECK(train.pixels == labels{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'});
    CHECK(test.labels == labels{2});
    CHECK(test.scale == train.scale);  // measured on the training split
    CHECK(train.scale.channels.front().mean == Approx(100.5 / 255));
}

/// The images of one split of shape `shape`, as `expected` says.
data::labelled_images shaped(const std::string& shape, std::string_view pixels, const data::expected_images& expected) {
    const temp_folder folder;
    auto all = keras();
    all["x_train.npy"] = npy("|u1", shape, pixels);
    put_zip(folder / "x.npz", all);
    return load_images(folder / "x.npz", split::train, expected);
}

}  // namespace

TEST_CASE("an .npz file without arrays is refused, and said to have none", "[npz]") {
    const temp_folder folder;
    put(folder / "empty.npz", "PK\5\6" + std::string(18, '\0'));  // the end of an archive, and nothing before it
    CHECK_THAT(refusal(folder / "empty.npz", split::train),
               Contains("empty.npz: has no arrays; x_train and y_train, or"));
    put_zip(folder / "other.npz", {{"x.npy", one}});
    CHECK_THAT(refusal(folder / "other.npz", split::train),
               Contains("other.npz: has the arrays 'x'; x_train and y_train, or"));
}

TEST_CASE("the files and arrays of Keras, MedMNIST and Kuzushiji-MNIST are read", "[npz]") {
    const temp_folder folder;
    put_zip(folder / "mnist.npz", keras());
    check_both(folder.path());
    check_both(folder / "mnist.npz");

    const temp_folder medical;
    put_zip(medical / "pathmnist.npz",
            {{"train_images.npy", two},
             {"train_labels.npy", npy("<i8", "(2, 1)", std::string("\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0", 16))},
             {"val_images.npy", one},
             {"val_labels.npy", one_label},
             {"test_images.npy", one},
             {"test_labels.npy", one_label}});
    check_both(medical.path());

    const temp_folder apart;
    put_zip(apart / "train.npz", {{"images.npy", two}, {"labels.npy", two_labels}});
    put_zip(apart / "test.npz", {{"x.npy", one}, {"y.npy", one_label}});
    check_both(apart.path());

    const temp_folder japanese;
    for (const auto& [name, array] :
         members{{"train-imgs", two}, {"train-labels", two_labels}, {"test-imgs", one}, {"test-labels", one_label}}) {
        put_zip(japanese / ("kmnist-" + name + ".npz"), {{"arr_0.npy", array}});
        put_zip(japanese / ("k49-" + name + ".npz"), {{"arr_0.npy", array}});
    }
    check_both(japanese / "kmnist");
    CHECK(contains(refusal(japanese.path(), split::train),
                   (japanese / "k49").string() + ", " + (japanese / "kmnist").string()));
}

TEST_CASE("splits of .npz files are called as common sets call them", "[npz]") {
    for (const std::string word : {"testing", "val", "valid", "validation"}) {
        INFO(word);
        const temp_folder one_file;
        put_zip(one_file / "x.npz", {{"X_train.npy", two},
                                     {"y_train.npy", two_labels},
                                     {"X_" + word + ".npy", one},
                                     {"y_" + word + ".npy", one_label}});
        check_both(one_file.path());
        check_both(one_file / "x.npz");
        const temp_folder medical;
        put_zip(medical / "x.npz", {{"train_images.npy", two},
                                    {"train_labels.npy", two_labels},
                                    {word + "_images.npy", one},
                                    {word + "_labels.npy", one_label}});
        check_both(medical.path());
        const temp_folder apart;
        put_zip(apart / "train.npz", {{"X.npy", two}, {"Y.npy", two_labels}});
        put_zip(apart / (word + ".npz"), {{"images.npy", one}, {"labels.npy", one_label}});
        check_both(apart.path());
    }
    // Half of a test split isn't passed over for another one.
    const temp_folder half;
    put_zip(half / "x.npz", {{"x_train.npy", two},
                             {"y_train.npy", two_labels},
                             {"x_test.npy", one},
                             {"x_val.npy", one},
                             {"y_val.npy", one_label}});
    CHECK(contains(refusal(half.path(), split::test), "its array 'y_test' isn't there"));
}

TEST_CASE("channels are the last axis or the second", "[npz]") {
    const std::string pixels = "rgbRGBrgbRGBrgbRGBrgbRGB";
    const auto last = shaped("(2, 2, 2, 3)", pixels, {.channels = 3, .height = 2, .width = 2, .classes = 4});
    CHECK(last.channels == 3);
    CHECK(std::string(last.pixels.begin(), last.pixels.end()) == "rRrRgGgGbBbBrRrRgGgGbBbB");
    const auto second = shaped("(2, 3, 2, 2)", pixels, {.classes = 4});
    CHECK(second.channels == 3);
    CHECK(std::string(second.pixels.begin(), second.pixels.end()) == pixels);
    CHECK(shaped("(2, 2, 2, 1)", "abcdefgh", {.classes = 4}).channels == 1);
    // Two channels are known only to who expects them.
    CHECK(shaped("(2, 2, 1, 4)", "abcdefghijklmnop", {.channels = 2, .height = 1, .width = 4, .classes = 4}).channels ==
          2);
    // Three of each: the last axis, unless what is expected says otherwise.
    CHECK(shaped("(2, 3, 1, 3)", "abcdefghijklmnopqr", {.classes = 4}).height == 3);
    CHECK(shaped("(2, 3, 1, 3)", "abcdefghijklmnopqr", {.channels = 3, .height = 1, .width = 3, .classes = 4}).height ==
          1);
    CHECK_THROWS_AS(shaped("(2, 2, 1, 4)", "abcdefghijklmnop", {.classes = 4}), file_error);
    CHECK_THROWS_AS(shaped("(2, 4)", "abcdefgh", {.classes = 4}), file_error);
    CHECK_THROWS_AS(shaped("(0, 2, 2)", "", {.classes = 4}), file_error);
}

TEST_CASE("numbers of networks without a grid are read as they are, still or as sequences", "[npz]") {
    const auto floats = [](std::initializer_list<float> values) {
        return std::string(reinterpret_cast<const char*>(std::data(values)), values.size() * sizeof(float));
    };
    const auto read = [&](const std::string& type, const std::string& shape, std::string_view content, int inputs) {
        const temp_folder folder;
        auto all = keras();
        all["x_train.npy"] = npy(type, shape, content);
        put_zip(folder / "x.npz", all);
        return load_images(folder / "x.npz", split::train, {.inputs = inputs, .classes = 4});
    };
    const auto values = floats({1, -2, 0.5, 300, 5, 6, 7, 8});
    const auto still = read("<f4", "(2, 4)", values, 4);
    CHECK(!still.is_sequence());
    CHECK(still.width == 4);
    CHECK(still.pixels.empty());
    CHECK(still.numbers == std::vector<float>{1, -2, 0.5, 300, 5, 6, 7, 8});
    CHECK(still.scale == data::normalisation{});
    std::vector<double> second(4);
    const std::uint32_t index[]{1};
    data::normalise(still, index, std::span(second));
    CHECK(second == std::vector<double>{5, 6, 7, 8});
    CHECK(data::measured_scale(still).channels.front().mean == Approx(325.5 / 8));
    const auto moving = read("<f4", "(2, 2, 2)", values, 2);
    CHECK(moving.frames == 2);
    CHECK(moving.example_size() == 4);
    const auto bytes = read("|u1", "(2, 4)", "abcdefgh", 4);
    CHECK(bytes.pixels.size() == 8);
    CHECK(read("|u1", "(2, 2, 2)", "abcdefgh", 4).height == 2);  // images of as many pixels
    CHECK_THAT(message_of<file_error>([&] { read("<f4", "(2, 4)", values, 5); }),
               Contains("x_train") && Contains("2x4") && Contains("takes 5 numbers"));
    // Axes that are swapped, and another number of them.
    for (const auto* shape : {"(2, 4, 1)", "(2, 1, 1, 4)", "(8,)"})
        CHECK_THAT(message_of<file_error>([&] { read("<f4", shape, values, 3); }),
                   Contains("takes 3 numbers: (N, 3), or (N, T, 3) for sequences"));
    CHECK_THAT(message_of<file_error>([&] { read("|u1", "(2, 4, 1)", "abcdefgh", 3); }), !Contains("takes 3 numbers"));
    const auto holed = floats({1, 2, 3, 4, 5, std::numeric_limits<float>::infinity(), 7, 8});
    CHECK_THAT(message_of<file_error>([&] { read("<f4", "(2, 4)", holed, 4); }), Contains("inf in example 1"));
    const std::vector<double> seconds{1.7e9, 0.5, 1.7e9 + 1, 0.25};
    const std::string_view stored(reinterpret_cast<const char*>(seconds.data()), seconds.size() * sizeof(double));
    CHECK_THAT(message_of<file_error>([&] { read("<f8", "(2, 2)", stored, 2); }),
               Contains("its array 'x_train' has numbers around 1700000000 as input 0"));
}

TEST_CASE("labels in .npz files are one whole number for each image, with a class", "[npz]") {
    const temp_folder folder;
    const auto told = [&](const std::string& array, int classes = 4) {
        auto all = keras();
        all["y_train.npy"] = array;
        put_zip(folder / "x.npz", all);
        return refusal(folder / "x.npz", split::train, classes);
    };
    CHECK(contains(told(npy("|u1", "(3,)", "\x01\x02\x03"), 10), "holds 3 labels (y_train), but 2 images (x_train)"));
    CHECK(contains(told(npy("|u1", "(2, 2)", "abcd")), "has the shape 2x2; labels are read as (N) or (N, 1)"));
    CHECK(contains(told(npy("|i1", "(2,)", "\x01\xff")), "array y_train: has the label -1 at index 1"));
    CHECK(contains(told(npy("|u1", "(2,)", std::string("\x00\x04", 2))),
                   "has the label 4 at index 1, but the network tells apart 4 classes, labels 0 to 3"));
    CHECK(contains(told(npy("<i2", "(2,)", std::string("\x00\x00\x00\x01", 4)), 0), "has the label 256 at index 1"));
    // No 0 in either split, and 4 can only be the fourth class.
    CHECK(told(npy("|u1", "(2,)", "\x01\x04")).empty());
    CHECK(load_images(folder / "x.npz", split::train, {.classes = 4}).labels == labels{0, 3});
    CHECK(load_images(folder / "x.npz", split::test, {.classes = 4}).labels == labels{1});
}

TEST_CASE("continuous targets are read beside images, and faults told", "[npz]") {
    const auto floats = [](std::vector<float> values) {
        return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    };
    const auto targets = npy("<f4", "(2, 2)", floats({1.5F, -2, 3, 1e6F})),
               test_targets = npy("<i4", "(1, 2)", std::string("\x05\0\0\0\xff\xff\xff\xff", 8));
    const temp_folder folder;
    const auto load = [&](const fs::path& place, split part, int count = 2) {
        return load_images(place, part, {.targets = count});
    };
    const auto check = [&](const fs::path& place) {
        const auto train = load(place, split::train), test = load(place, split::test);
        CHECK(train.target_count == 2);
        CHECK(train.targets == std::vector<float>{1.5F, -2, 3, 1e6F});
        CHECK(train.labels.empty());
        CHECK(train.classes == 0);
        CHECK(train.count == 2);
        CHECK(test.targets == std::vector<float>{5, -1});
        CHECK(test.scale == train.scale);
    };
    const members medical{{"train_images.npy", two},
                          {"train_targets.npy", targets},
                          {"test_images.npy", one},
                          {"test_targets.npy", test_targets}};
    put_zip(folder / "x.npz", medical);
    check(folder / "x.npz");
    put_zip(folder / "x.npz",
            {{"x_train.npy", two}, {"y_train.npy", targets}, {"x_test.npy", one}, {"y_test.npy", test_targets}});
    check(folder.path());
    const temp_folder parts;
    put_zip(parts / "train.npz", {{"images.npy", two}, {"targets.npy", targets}});
    put_zip(parts / "test.npz", {{"x.npy", one}, {"y.npy", test_targets}});
    check(parts.path());
    // Labels and targets in one file: each network takes its own.
    auto both = medical;
    both["train_labels.npy"] = two_labels;
    put_zip(folder / "x.npz", both);
    CHECK(load(folder / "x.npz", split::train).has_targets());
    CHECK(load_images(folder / "x.npz", split::train, {.classes = 4}).labels == labels{0, 3});

    const auto told = [&](const members& changed, int count = 2) {
        auto all = medical;
        for (const auto& [name, content] : changed) all[name] = content;
        put_zip(folder / "x.npz", all);
        const auto message = message_of<file_error>([&] { load(folder / "x.npz", split::train, count); });
        CHECK(message.find('\n') == std::string::npos);
        return message;
    };
    CHECK_THAT(
        told({}, 3),
        Contains("its array 'train_targets' has the shape 2x2, but the network fits 3 targets for each image: (N, 3)"));
    CHECK_THAT(told({}, 1), Contains("but the network fits 1 target for each image: (N) or (N, 1)"));
    CHECK_THAT(told({{"train_targets.npy", npy("<f4", "(2, 2)", floats({1, 2, std::nanf(""), 4}))}}),
               Contains("has nan as target 0 of example 1, which nothing can be fitted to"));
    const auto doubles = [](std::vector<double> all) {
        return npy("<f8", "(2, 2)", {reinterpret_cast<const char*>(all.data()), all.size() * sizeof(double)});
    };
    CHECK_THAT(told({{"train_targets.npy", doubles({1, 1.7e9 + 1, 2, 1.7e9 + 3})}}),
               Contains("its array 'train_targets' has numbers around 1700000002 as target 1, with a deviation of 1, "
                        "which float32 can't tell apart (its numbers lie 1.3e+02 apart there); subtract an offset"));
    CHECK(told({{"train_targets.npy", doubles({0.1, 1.7e9, 0.3, 1.7e9})}}).empty());       // one that is constant
    CHECK(told({{"train_targets.npy", doubles({0.1, -1e9, 0.1 + 1e-17, 1e9})}}).empty());  // and but for rounding
    CHECK_THAT(told({{"train_targets.npy", doubles({1e-60, 0, 2e-60, 1})}}), Contains("subtract an offset"));
    CHECK_THAT(told({{"train_targets.npy", npy("<f8", "(1, 2)", std::string(16, '\0'))}}),
               Contains("holds 1 targets (train_targets), but 2 images (train_images)"));
    put_zip(folder / "x.npz", {{"train_images.npy", two}, {"train_labels.npy", two_labels}});
    CHECK_THAT(message_of<file_error>([&] { load(folder / "x.npz", split::train); }),
               Contains("holds labels (train_labels), but the network fits 2 targets; give them as train_targets"));
    put_zip(folder / "x.npz", medical);
    CHECK_THAT(refusal(folder / "x.npz", split::train),
               Contains("holds targets (train_targets), but the network tells classes apart"));
    put_zip(folder / "x.npz", {{"pictures.npy", two}});
    CHECK_THAT(message_of<file_error>([&] { load(folder / "x.npz", split::train); }),
               Contains("x_train and y_train, or train_images and train_targets were expected"));
    // One number for each image needs no second axis.
    put_zip(folder / "x.npz", {{"x_train.npy", two}, {"y_train.npy", npy("<f4", "(2,)", floats({0.5F, 2}))}});
    CHECK(load(folder / "x.npz", split::train, 1).targets == std::vector<float>{0.5F, 2});
    // Other files hold labels.
    const temp_folder digits;
    put_idx(digits.path(), "train", std::string("\x01\x02", 2));
    CHECK_THAT(message_of<file_error>([&] { load(digits.path(), split::train); }),
               Contains("holds labels (") && Contains("give an .npz file with train_images and train_targets"));
}

TEST_CASE(".npz files without the known arrays are refused", "[npz]") {
    const temp_folder folder;
    put_zip(folder / "x.npz", {{"pictures.npy", two}});
    CHECK(contains(refusal(folder.path(), split::train),
                   "has the arrays 'pictures'; x_train and y_train, or train_images and train_labels were expected"));
    put_zip(folder / "x.npz", {{"x_train.npy", two}});
    CHECK(contains(refusal(folder.path(), split::train), "its array 'y_train' isn't there"));
    put_zip(folder / "x.npz", {{"x_test.npy", one}, {"y_test.npy", one_label}});
    CHECK(contains(refusal(folder.path(), split::test), "needs a training split to measure mean and deviation"));
    CHECK(load_images(folder.path(), split::test, {.classes = 4, .scale = data::mnist_scale}).count == 1);
    put(folder / "x.npz", "no archive");
    CHECK(contains(refusal(folder.path(), split::train), "can't be read as an .npz file"));
    put_zip(folder / "x.npz", keras());
    put_zip(folder / "y.npz", keras());
    const auto several = refusal(folder.path(), split::train);
    CHECK(
        contains(several, fmt::format("give one of {}, {}", (folder / "x.npz").string(), (folder / "y.npz").string())));
    put_zip(folder / "y.npz", {{"V1.E.npy", two}, {"images.npy", two_labels}});  // a recording: no data set
    CHECK(load_images(folder.path(), split::train, {.classes = 4}).count == 2);
    put_zip(folder / "y.npz", {{"V1.E.npy", two}, {"images.npy", two_labels}, {"description.npy", one}});
    CHECK(contains(refusal(folder / "y.npz", split::train), "is a recording, and no data set"));
    const std::string rnn = "rnn.areas.0.convs.0->0.0.weight.npy";
    put_zip(folder / "m.npz", {{rnn, two}, {"readout.1.bias.npy", one}});
    CHECK(contains(refusal(folder / "m.npz", split::train), "is a model's parameters, and no data set"));
    put_zip(folder / "w.npz", {{"rnn.hh.indices.npy", two}, {"rnn.hh.values.npy", one}});  // of a connectome
    CHECK(contains(refusal(folder / "w.npz", split::train), "is a model's parameters, and no data set"));
    put_zip(folder / "a.npz", {{"a.npy", one}, {"b.npy", one}, {"c.npy", one}, {"d.npy", one}, {"e.npy", one}});
    CHECK(contains(refusal(folder / "a.npz", split::train), "has the arrays 'a', 'b', 'c' and 2 more; x_train and"));
    put(folder / "x.txt", "text");
    CHECK(contains(refusal(folder / "x.txt", split::train), "is not a folder and no .npz file"));
    CHECK(contains(refusal(folder / "x.txt", split::train), "its folder does, " + folder.path().string()));
}

}  // namespace data_npz_sets_test
