#include "catch.hpp"

#include <array>
#include <chrono>
#include <cortexpr/data/batches.hpp>
#include <cortexpr/data/mnist.hpp>
#include <numeric>

#include "temp_folder.hpp"

using namespace cortexpr;
using namespace cortexpr::test;
using data::load_mnist;
using data::split;

namespace fs = std::filesystem;

namespace {

const fs::path shipped = fs::path(CORTEXPR_SOURCE_DIR) / "examples" / "data" / "mnist";

std::array<int, 10> histogram(const data::labelled_images& set) {
    std::array<int, 10> counts{};
    for (const std::uint8_t label : set.labels) ++counts[label];
    return counts;
}

std::string image_bytes(char count, std::string_view pixels) {
    return std::string{0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 2}.append(pixels);
}

std::string label_bytes(char count, std::string_view labels) {
    return std::string{0, 0, 8, 1, 0, 0, 0, count}.append(labels);
}

void put_pair(const fs::path& folder, const std::string& images, const std::string& labels) {
    fs::create_directories(folder);
    put(folder / "t10k-images-idx3-ubyte", images);
    put(folder / "t10k-labels-idx1-ubyte", labels);
}

}  // namespace

TEST_CASE("the shipped subset is 10,000 and 2,000 digits, every class as often") {
    for (const auto& [part, count] : {std::pair{split::train, 10'000}, std::pair{split::test, 2'000}}) {
        const data::labelled_images set = load_mnist(shipped, part);
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
    const data::labelled_images set = load_mnist(shipped, split::train);
    std::vector<float> pixels(set.pixels.size());
    data::normalise(set, data::natural_order(10'000), pixels);
    const double count = static_cast<double>(pixels.size());
    const double mean = std::accumulate(pixels.begin(), pixels.end(), 0.0) / count;
    const double square = std::inner_product(pixels.begin(), pixels.end(), pixels.begin(), 0.0) / count;
    CHECK(mean == Approx(0.0).margin(0.01));
    CHECK(square - mean * mean == Approx(1.0).margin(0.01));
}

TEST_CASE("the full MNIST loads, and normalising an epoch of it takes a moment") {
    if (!fs::exists(CORTEXPR_MNIST_DIR)) {
        WARN("skipped: the full MNIST is not at " CORTEXPR_MNIST_DIR);
        return;
    }
    const data::labelled_images train = load_mnist(CORTEXPR_MNIST_DIR, split::train);
    CHECK(train.count == 60'000);
    CHECK(histogram(train) == std::array{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
    CHECK(load_mnist(CORTEXPR_MNIST_DIR, split::test).count == 10'000);

    const auto start = std::chrono::steady_clock::now();
    const auto order = data::shuffled_order(60'000, 1, 0);
    std::vector<float> images(256 * train.image_size());
    std::vector<std::int64_t> labels(256);
    for (const auto batch : data::batches(order, 256)) {
        data::normalise(train, batch, std::span(images).first(batch.size() * train.image_size()));
        data::gather_labels(train, batch, std::span(labels).first(batch.size()));
    }
    // 3 % of an epoch of 100 s; it takes about a tenth of a second.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
}

TEST_CASE("torchvision's layout is found, and plain files go before packed ones") {
    const temp_folder folder;
    put_pair(folder / "MNIST" / "raw", image_bytes(2, "abcdefgh"), label_bytes(2, "\x03\x09"));
    const data::labelled_images set = load_mnist(folder.path(), split::test);
    CHECK(set.count == 2);
    CHECK(set.labels == std::vector<std::uint8_t>{3, 9});
    CHECK(set.pixels[7] == 'h');
    put(folder / "MNIST/raw/t10k-labels-idx1-ubyte.gz", "not read");
    CHECK(load_mnist(folder.path(), split::test).count == 2);
}

TEST_CASE("files that do not make a data set are refused with the reason") {
    const temp_folder folder;
    const auto refusal = [&] { return message_of<file_error>([&] { load_mnist(folder.path(), split::test); }); };
    const auto is = [](const std::string& message, const char* part) {
        return message.find(part) != std::string::npos;
    };

    CHECK(is(message_of<file_error>([&] { load_mnist(folder / "none", split::test); }), "is not a folder"));
    CHECK(is(refusal(),
             "holds neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz, nor has it a folder MNIST/raw"));
    put(folder / "t10k-images-idx3-ubyte", image_bytes(2, "abcdefgh"));
    CHECK(is(refusal(), "holds neither t10k-labels-idx1-ubyte"));
    put_pair(folder.path(), image_bytes(2, "abcdefgh"), label_bytes(3, "\x01\x02\x03"));
    CHECK(is(refusal(), "holds 3 labels, but "));
    CHECK(is(refusal(), "holds 2 images"));
    put_pair(folder.path(), image_bytes(2, "abcdefgh"), label_bytes(2, "\x01\x0A"));
    CHECK(is(refusal(), "has the label 10 at index 1, labels below 10 were expected"));
    put_pair(folder.path(), image_bytes(0, ""), label_bytes(0, ""));
    CHECK(is(refusal(), "holds no images: its sizes are 0x2x2"));
    put_pair(folder.path(), label_bytes(2, "\x01\x02"), image_bytes(2, "abcdefgh"));
    CHECK(is(refusal(), "axes"));
}
