#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/data/gratings.hpp>

#include <cmath>

namespace data_gratings_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

double pixel(const data::labelled_images& set, int example, int row, int column, int frame = 0) {
    const auto image =
        static_cast<std::size_t>(example) * set.example_size() + static_cast<std::size_t>(frame) * set.image_size();
    return static_cast<double>(set.numbers[image + static_cast<std::size_t>(row * set.width + column)]);
}

}  // namespace

TEST_CASE("gratings: bars of the angle, of the period, around 0") {
    const data::gratings_options options{
        .height = 12, .width = 12, .angles = 4, .phases = 3, .period = 6, .contrast = 0.5};
    const auto set = data::gratings(options);
    CHECK(set.count == 12);
    CHECK(set.classes == 4);
    CHECK(data::grating_angles(options) == std::vector<double>{0, 45, 90, 135});
    CHECK(set.labels[0] == 0);
    CHECK(set.labels[11] == 3);
    double sum = 0, largest = 0;
    for (int i = 0; i < 6; ++i) {
        // Horizontal bars are the same along a row, vertical ones along a column, those of 45 degrees along a diagonal
        // to the upper right.
        CHECK(pixel(set, 0, 3, i) == Approx(pixel(set, 0, 3, 0)).margin(1e-6));
        CHECK(pixel(set, 6, i, 3) == Approx(pixel(set, 6, 0, 3)).margin(1e-6));
        CHECK(pixel(set, 3, 8 - i, 1 + i) == Approx(pixel(set, 3, 8, 1)).margin(1e-6));
        CHECK(pixel(set, 0, i, 0) == Approx(pixel(set, 0, i + 6, 0)).margin(1e-6));
        sum += pixel(set, 0, i, 0);
        largest = std::max(largest, std::abs(pixel(set, 0, i, 0)));
    }
    CHECK(sum == Approx(0).margin(1e-6));
    CHECK(largest == Approx(0.5 * std::sqrt(3) / 2));
    CHECK(pixel(set, 1, 0, 0) == Approx(0.5 * std::sin(2 * 3.14159265358979 / 3)));  // the second phase
}

TEST_CASE("gratings: drift along their angle") {
    const data::gratings_options options{
        .height = 8, .width = 8, .angles = 4, .phases = 1, .period = 4, .frames = 5, .frames_a_cycle = 4};
    const auto set = data::gratings(options);
    CHECK(set.is_sequence());
    CHECK(data::grating_angles(options) == std::vector<double>{0, 90, 180, 270});
    for (int t = 1; t < 5; ++t) {
        // A pixel a frame: to the right, up, to the left, down.
        CHECK(pixel(set, 0, 2, 5, t) == Approx(pixel(set, 0, 2, 4, t - 1)).margin(1e-6));
        CHECK(pixel(set, 1, 4, 2, t) == Approx(pixel(set, 1, 5, 2, t - 1)).margin(1e-6));
        CHECK(pixel(set, 2, 2, 4, t) == Approx(pixel(set, 2, 2, 5, t - 1)).margin(1e-6));
        CHECK(pixel(set, 3, 5, 2, t) == Approx(pixel(set, 3, 4, 2, t - 1)).margin(1e-6));
    }
}

TEST_CASE("gratings: what makes no sense is refused") {
    const auto refusal = [](const data::gratings_options& options) {
        return message_of<usage_error>([&] { data::gratings(options); });
    };
    CHECK(contains(refusal({.angles = 1}), "give 2 to 256"));
    CHECK(contains(refusal({.period = 1}), "give at least 2"));
    CHECK(contains(refusal({.frames = 4, .frames_a_cycle = 2}), "moving the other way"));
    CHECK(contains(refusal({.phases = 0}), "at least one"));
    CHECK(contains(refusal({.contrast = NAN}), "finite"));
    CHECK(contains(refusal({.height = 10000, .width = 10000}), "4 GiB"));
}

}  // namespace data_gratings_test
