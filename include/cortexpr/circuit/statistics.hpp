#pragma once
// Numbers about a circuit, for tables and pictures.

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/graph.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cortexpr::circuit {

/// Synapses between types; [post * types + pre].
struct type_matrix {
    std::size_t types = 0;               ///< of the graph
    std::vector<std::int64_t> synapses;  ///< connected pairs
    std::vector<double> weights;         ///< sums

    /// Index of a pair of types in both lists.
    std::size_t index(std::size_t post, std::size_t pre) const { return post * types + pre; }
};
/// Counts the synapses of each pair of types.
type_matrix types_of(const graph& circuit);

/// By neuron.
std::vector<std::int64_t> in_degrees(const graph& circuit);
/// Synapses that each neuron sends, by number.
std::vector<std::int64_t> out_degrees(const graph& circuit);

/// How numbers are distributed.
struct spread {
    /// Order statistics of the numbers.
    std::int64_t least = 0, median = 0, percentile_99 = 0, most = 0;
    double mean = 0;  ///< their arithmetic mean; 0 of none
};
/// The spread of numbers; all 0 where there are none.
spread spread_of(std::vector<std::int64_t> values);

/// A row for each type: name, class ("" where the graph has none), neurons, synapses that it receives and sends, and
/// the mean in-degree of a neuron. The texts of `type_row_titles` stand above them.
std::vector<std::vector<std::string>> type_rows(const graph& circuit);
/// The titles of the columns of `type_rows`.
std::vector<std::string> type_row_titles();

/// A few lines: sizes, degrees, weights.
std::string text_of(const graph& circuit);

}  // namespace cortexpr::circuit
