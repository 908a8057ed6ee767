#include "score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace cortexpr::application {

std::string selectivity_note(const data::labelled_images& examples) {
    if (examples.has_targets()) return {};
    std::vector<int> counts(static_cast<std::size_t>(examples.classes));
    for (const auto label : examples.labels) ++counts[label];
    const auto single = std::ranges::count(counts, 1);
    const auto several = std::ranges::count_if(counts, [](int count) { return count > 1; });
    if (single == 0 || single + several < 2) return {};
    if (several < 2)
        return "\nSelectivity is not corrected for chance: that takes two examples or more of two classes.\n";
    return fmt::format(
        "\nSelectivity is of {} classes, of which there are two examples or more; {} with one are left "
        "out.\n",
        several, single);
}

}  // namespace cortexpr::application
