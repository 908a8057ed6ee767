#pragma once
// From the labels in files to classes.

#include "image_sets.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cortexpr::data {

inline constexpr int most_classes = 256;  ///< a label is a byte

/// The least and the largest of some labels.
struct label_range {
    std::int64_t least = INT64_MAX, most = INT64_MIN;

    void add(std::span<const std::int64_t> labels) {
        for (const auto label : labels) {
            least = std::min(least, label);
            most = std::max(most, label);
        }
    }
};

/// How files that don't say it call class 0: 1 where no label of both splits is 0 and the largest can only be a class
/// if they count from 1; else 0.
int first_label_of(const label_range& both, const expected_images& expected);

/// Labels of one file as classes of the set, which gets `first_label` and, where it is 0 yet, `classes`: what is
/// expected, or one more than the largest. \param file  for the text
/// \throws file_error  a label has no class
void set_labels(labelled_images& set, std::span<const std::int64_t> labels, int first_label,
                const expected_images& expected, const std::string& file);

}  // namespace cortexpr::data
