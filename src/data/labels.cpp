#include "labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace cortexpr::data {

int first_label_of(const label_range& both, const expected_images& expected) {
    if (expected.first_label) return *expected.first_label;
    return expected.classes > 0 && both.least >= 1 && both.most == expected.classes ? 1 : 0;
}

namespace {

bool is_counted_from(int first_label, int classes, std::span<const std::int64_t> labels) {
    return std::ranges::all_of(
        labels, [=](std::int64_t label) { return label >= first_label && label < first_label + classes; });
}

}  // namespace

void set_labels(labelled_images& set, std::span<const std::int64_t> labels, int first_label,
                const expected_images& expected, const std::string& file) {
    const bool is_said = set.classes > 0;
    int classes = is_said ? set.classes : expected.classes;
    const bool is_known = classes > 0;
    if (!is_known) classes = most_classes;
    const auto wrong = std::ranges::find_if(labels, [&](std::int64_t label) {
        return label < first_label || label - first_label >= std::min(classes, most_classes);
    });
    if (wrong != labels.end()) {
        const bool is_cut = *wrong == std::numeric_limits<std::int64_t>::max();  // readers give this for all above it
        const auto what =
            fmt::format("has the label {}{} at index {}", *wrong, is_cut ? " or more" : "", wrong - labels.begin());
        if (classes >= most_classes)
            throw file_error(file, fmt::format("{}, but labels from {} to {} can be read", what, first_label,
                                               first_label + most_classes - 1));
        if (expected.first_label && is_counted_from(1 - first_label, classes, labels))
            throw file_error(file,
                             fmt::format("{}: its labels count from {}, but those of the training from {}; give a "
                                         "set whose labels do",
                                         what, 1 - first_label, first_label));
        if (!is_said && first_label == 0 && is_counted_from(1, classes, labels))
            throw file_error(file, fmt::format("{}: its labels count from 1, but those of the set's other part from 0; "
                                               "let both count from the same",
                                               what));
        throw file_error(
            file,
            fmt::format("{}, but the {} {} classes, labels {} to {}; {}", what,
                        is_said ? "set has" : "network tells apart", classes, first_label, first_label + classes - 1,
                        is_said ? "take the file from its source again" : "change classes<...> or the data"));
    }
    set.labels.clear();
    set.labels.reserve(labels.size());
    for (const auto label : labels) set.labels.push_back(static_cast<std::uint8_t>(label - first_label));
    set.first_label = first_label;
    set.classes = is_known || labels.empty() ? classes : *std::ranges::max_element(set.labels) + 1;
}

}  // namespace cortexpr::data
