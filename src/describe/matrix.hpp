#pragma once
// A connectivity matrix as text: its sources, its targets and what stands in its cells.

#include <string>
#include <vector>

namespace cortexpr::describe {

using strings = std::vector<std::string>;

/// A matrix with its labels; the last column is the output.
struct labelled_matrix {
    strings sources, targets;
    std::vector<strings> cells;
};

inline labelled_matrix empty_matrix(const strings& neuron_types, bool top_down) {
    labelled_matrix matrix{.sources = {"stimulus"}, .targets = neuron_types, .cells = {}};
    if (top_down) matrix.sources.emplace_back("top_down");
    matrix.sources.insert(matrix.sources.end(), neuron_types.begin(), neuron_types.end());
    matrix.targets.emplace_back("output");
    matrix.cells.assign(matrix.sources.size(), strings(matrix.targets.size(), "0"));
    return matrix;
}

}  // namespace cortexpr::describe
