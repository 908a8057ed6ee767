// From labels in files to classes: where they count from, and which have none.

#include "data/labels.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <array>
#include <numeric>

namespace data_labels_test {

using namespace cortexpr;
using namespace cortexpr::test;
using namespace cortexpr::data;
using bytes = std::vector<std::uint8_t>;

namespace {

label_range range_of(std::initializer_list<std::int64_t> labels) {
    label_range range;
    range.add({labels.begin(), labels.size()});
    return range;
}

labelled_images classes_of(std::vector<std::int64_t> labels, int first_label, const expected_images& expected,
                           int said = 0) {
    labelled_images set;
    set.classes = said;
    set_labels(set, labels, first_label, expected, "labels");
    return set;
}

std::string refusal(std::vector<std::int64_t> labels, int first_label, int expected, int said = 0) {
    return message_of<file_error>([&] { classes_of(std::move(labels), first_label, {.classes = expected}, said); });
}

}  // namespace

TEST_CASE("labels count from 1 only where they can't count from 0", "[labels]") {
    CHECK(first_label_of(range_of({1, 26}), {.classes = 26}) == 1);
    CHECK(first_label_of(range_of({0, 26}), {.classes = 26}) == 0);
    CHECK(first_label_of(range_of({1, 25}), {.classes = 26}) == 0);  // one of each would be too few to know
    CHECK(first_label_of(range_of({1, 26}), {.classes = 27}) == 0);
    CHECK(first_label_of(range_of({1, 26}), {}) == 0);
    CHECK(first_label_of(range_of({}), {.classes = 26}) == 0);
    CHECK(first_label_of(range_of({0, 9}), {.classes = 10, .first_label = 1}) == 1);  // what is said goes first
    CHECK(first_label_of(range_of({1, 10}), {.classes = 10, .first_label = 0}) == 0);
    label_range both = range_of({5, 3});
    both.add(std::array<std::int64_t, 2>{9, 4});
    CHECK(both.least == 3);
    CHECK(both.most == 9);
}

TEST_CASE("classes are labels less the first one; their number is known, or that of the labels", "[labels]") {
    auto set = classes_of({1, 3, 2}, 1, {.classes = 5});
    CHECK(set.labels == bytes{0, 2, 1});
    CHECK(set.classes == 5);
    CHECK(set.first_label == 1);
    CHECK(classes_of({0, 7}, 0, {}).classes == 8);
    CHECK(classes_of({0, 7}, 0, {.classes = 9}, 12).classes == 12);  // the files' own number goes first
    CHECK(classes_of({-2, -1}, -2, {}).labels == bytes{0, 1});
    std::vector<std::int64_t> all(256);
    std::iota(all.begin(), all.end(), 0);
    set = classes_of(all, 0, {});
    CHECK(set.classes == 256);
    CHECK(set.labels.back() == 255);
    set = classes_of({}, 0, {.classes = 3});
    CHECK(set.labels.empty());
    CHECK(set.classes == 3);
}

TEST_CASE("a label that has no class is refused with its place", "[labels]") {
    CHECK(refusal({0, 1, 3, 9}, 0, 3) ==
          "labels: has the label 3 at index 2, but the network tells apart 3 classes, labels 0 to 2; change "
          "classes<...> or the data");
    CHECK(refusal({1, 4}, 1, 0, 3) ==
          "labels: has the label 4 at index 1, but the set has 3 classes, labels 1 to 3; take the file from its source "
          "again");
    CHECK(contains(refusal({1, 0}, 1, 3), "has the label 0 at index 1"));
    CHECK(refusal({1, 3}, 0, 3) ==
          "labels: has the label 3 at index 1: its labels count from 1, but those of the set's other part from 0; let "
          "both count from the same");
    CHECK(contains(refusal({-1}, 0, 3), "has the label -1 at index 0"));
    CHECK(refusal({256}, 0, 0) == "labels: has the label 256 at index 0, but labels from 0 to 255 can be read");
    CHECK(contains(refusal({256}, 0, 1000), "but labels from 0 to 255 can be read"));
    CHECK(contains(refusal({INT64_MAX}, 0, 0), "has the label 9223372036854775807 or more at index 0"));
    CHECK(contains(refusal({INT64_MIN}, 1, 3), "-9223372036854775808"));
}

TEST_CASE("labels that count from elsewhere than those of the training are told so", "[labels]") {
    const auto told = [](std::vector<std::int64_t> labels, int first_label) {
        return message_of<file_error>(
            [&] { classes_of(std::move(labels), first_label, {.classes = 3, .first_label = first_label}); });
    };
    CHECK(contains(told({1, 0, 2}, 1), "its labels count from 0, but those of the training from 1"));
    CHECK(contains(told({1, 3, 2}, 0), "its labels count from 1, but those of the training from 0"));
    CHECK(contains(told({0, 3, 2}, 0), "change classes<...> or the data"));
}

}  // namespace data_labels_test
