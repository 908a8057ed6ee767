#pragma once
// Whether an area's output depends on itself without a neuron type's state between. Steps cut such a loop, because
// feedback is heard a step later; continuous time doesn't.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/merge.hpp>

#include <vector>

namespace cortexpr::plan {

/// An area whose output depends on itself at once; -1 if there is none.
constexpr int output_loop(const network& network) {
    const auto count = network.areas.size();
    // reached[a * count + b]: the output of b acts at once on that of a. An edge from the stimulus or from top_down to
    // the output does that; states don't.
    std::vector<char> reached(count * count, 0);
    for (std::size_t a = 0; a < count; ++a)
        for (const auto& edge : network.edges_of(network.areas[a])) {
            if (!edge.to_output()) continue;
            if (edge.from == edge::source::stimulus && a > 0) reached[a * count + a - 1] = 1;
            if (edge.from != edge::source::top_down) continue;
            for (const auto& feedback : network.feedback)
                if (index(feedback.to) == a) reached[a * count + index(feedback.from)] = 1;
        }
    for (std::size_t by = 0; by < count; ++by)
        for (std::size_t a = 0; a < count; ++a)
            for (std::size_t b = 0; b < count; ++b)
                if (reached[a * count + by] != 0 && reached[by * count + b] != 0) reached[a * count + b] = 1;
    for (std::size_t a = 0; a < count; ++a)
        if (reached[a * count + a] != 0) return static_cast<int>(a);
    return -1;
}

}  // namespace cortexpr::plan
