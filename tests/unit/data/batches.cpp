#include "catch.hpp"

#include <algorithm>
#include <array>
#include <cortexpr/data/batches.hpp>
#include <cortexpr/data/labelled_images.hpp>
#include <limits>
#include <map>
#include <range/v3/algorithm/equal.hpp>
#include <range/v3/view/join.hpp>

#include "temp_folder.hpp"

namespace data_batches_test {

using namespace cortexpr;
using data::batches;
using data::shuffled_order;

TEST_CASE("SplitMix64 gives its published numbers") {
    // The first outputs for seed 1234567, as in S. Vigna's reference implementation.
    split_mix_64 generator(1234567);
    CHECK(generator() == 6457827717110365317U);
    CHECK(generator() == 3203168211198807973U);
    CHECK(generator() == 9817491932198370423U);
    CHECK(generator() == 4593380528125082431U);
}

TEST_CASE("a bounded draw stays below its bound and hits every value as often") {
    split_mix_64 generator(7);
    std::array<int, 6> counts{};
    for (int draw = 0; draw < 60'000; ++draw) ++counts.at(generator.below(6));
    // Five standard deviations of a binomial count.
    for (const int count : counts) CHECK(std::abs(count - 10'000) < 460);
    CHECK(generator.below(1) == 0);
    // Beyond half of the range a modulus would prefer the low values two to one.
    const std::uint32_t bound = 3'000'000'000;
    int low = 0;
    for (int draw = 0; draw < 30'000; ++draw) {
        const std::uint32_t value = generator.below(bound);
        REQUIRE(value < bound);
        low += value < bound / 2 ? 1 : 0;
    }
    CHECK(std::abs(low - 15'000) < 435);
}

TEST_CASE("a shuffled order is a permutation that depends on seed and epoch only") {
    const auto order = shuffled_order(1000, 1, 0);
    auto sorted = order;
    std::ranges::sort(sorted);
    CHECK(sorted == data::natural_order(1000));
    CHECK(order != sorted);
    CHECK(order == shuffled_order(1000, 1, 0));
    CHECK(order != shuffled_order(1000, 1, 1));
    CHECK(order != shuffled_order(1000, 2, 0));
    CHECK(shuffled_order(1000, 1, 2) != shuffled_order(1000, 2, 1));
    CHECK(shuffled_order(0, 1, 0).empty());
    CHECK(shuffled_order(1, 1, 0) == std::vector<std::uint32_t>{0});
}

TEST_CASE("a shuffled order is the same on every platform") {
    // From a second implementation, in Python; a change would break the promise that a seed gives the same training
    // everywhere.
    CHECK(shuffled_order(10, 1, 0) == std::vector<std::uint32_t>{6, 4, 7, 2, 9, 1, 5, 0, 8, 3});
    CHECK(shuffled_order(10, 1, 1) == std::vector<std::uint32_t>{4, 3, 0, 8, 2, 5, 1, 7, 6, 9});
}

TEST_CASE("all permutations of four are as likely") {
    std::map<std::vector<std::uint32_t>, int> counts;
    for (std::uint64_t epoch = 0; epoch < 24'000; ++epoch) ++counts[shuffled_order(4, 3, epoch)];
    CHECK(counts.size() == 24);
    for (const auto& [order, count] : counts) CHECK(std::abs(count - 1000) < 160);
}

TEST_CASE("batches cut an order without loss") {
    const auto order = shuffled_order(10, 1, 0);
    const auto of_four = batches(order, 4);
    REQUIRE(of_four.size() == 3);
    CHECK(of_four[0].size() == 4);
    CHECK(of_four[2].size() == 2);
    CHECK(of_four[1][0] == order[4]);
    CHECK(ranges::equal(of_four | ranges::views::join, order));
    CHECK(batches(order, 10).size() == 1);
    CHECK(batches(order, 100)[0].size() == 10);
    CHECK(batches(std::span<const std::uint32_t>(), 4).empty());
    CHECK_THROWS_AS(batches(order, 0), usage_error);
    STATIC_REQUIRE(ranges::random_access_range<decltype(batches(order, 4))>);
}

TEST_CASE("normalising gathers images and gives torchvision's float32 values") {
    const std::vector<std::uint8_t> pixels{0, 1, 2, 3, 128, 255};
    const data::normalisation scale{0.1307F, 0.3081F};
    const std::vector<std::uint32_t> indices{2, 0};
    std::vector<float> out(4);
    data::normalise(pixels, indices, scale, std::span<float>(out));
    // ((byte / 255) - 0.1307) / 0.3081, each step rounded to float32: what ToTensor and Normalize give.
    CHECK(out == std::vector<float>{0x1.347af4p+0F, 0x1.69267ap+1F, -0x1.b264e2p-2F, -0x1.a55c4p-2F});

    std::vector<double> wide(4);
    data::normalise(pixels, indices, scale, std::span<double>(wide));
    CHECK(std::equal(out.begin(), out.end(), wide.begin()));
}

TEST_CASE("normalising refuses buffers and indices that do not fit") {
    const std::vector<std::uint8_t> pixels(6);
    const std::vector<std::uint32_t> indices{2, 0};
    std::vector<float> out(4);
    const auto call = [&](std::vector<std::uint32_t> wanted, std::size_t size) {
        std::vector<float> buffer(size);
        data::normalise(pixels, wanted, {}, std::span<float>(buffer));
    };
    CHECK_NOTHROW(call({2, 0}, 4));
    CHECK_NOTHROW(call({}, 0));
    CHECK_THROWS_AS(call({3, 0}, 4), usage_error);
    CHECK_THROWS_AS(call({2, 0}, 5), usage_error);
    CHECK_THROWS_AS(call({2, 0}, 0), usage_error);
    CHECK_THROWS_AS(call({}, 2), usage_error);
    CHECK_THROWS_AS(call({0}, 4), usage_error);

    data::labelled_images set;
    set.count = 3;
    set.channels = 1;
    set.height = 1;
    set.width = 2;
    set.pixels = pixels;
    set.labels = {5, 6, 7};
    CHECK_NOTHROW(data::normalise(set, indices, out));
    CHECK_THROWS_AS(data::normalise(set, indices, std::span(out).first(2)), usage_error);

    std::vector<std::int64_t> labels(2);
    data::gather_labels(set, indices, labels);
    CHECK(labels == std::vector<std::int64_t>{7, 5});
    CHECK_THROWS_AS(data::gather_labels(set, std::vector<std::uint32_t>{3, 0}, labels), usage_error);
    CHECK_THROWS_AS(data::gather_labels(set, std::vector<std::uint32_t>{0}, labels), usage_error);
}

}  // namespace data_batches_test
