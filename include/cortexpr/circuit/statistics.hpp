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
    std::size_t types = 0;
    std::vector<std::int64_t> synapses;  ///< connected pairs
    std::vector<double> weights;         ///< sums

    std::size_t place(std::size_t post, std::size_t pre) const { return post * types + pre; }
};
type_matrix types_of(const graph& circuit);

/// By neuron.
std::vector<std::int64_t> in_degrees(const graph& circuit);
std::vector<std::int64_t> out_degrees(const graph& circuit);

/// How numbers are distributed.
struct spread {
    std::int64_t least = 0, median = 0, percentile_99 = 0, most = 0;
    double mean = 0;
};
spread spread_of(std::vector<std::int64_t> values);

/// A row for each type: name, class ("" where the graph has none), neurons, synapses that it receives and sends, and
/// the mean in-degree of a neuron. The texts of `type_row_titles` stand above them.
std::vector<std::vector<std::string>> type_rows(const graph& circuit);
std::vector<std::string> type_row_titles();

/// A few lines: sizes, degrees, weights.
std::string text_of(const graph& circuit);

}  // namespace cortexpr::circuit
