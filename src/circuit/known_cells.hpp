#pragma once
// What reading the cells and synapses tells those who read projections of the same cells.

#include "id_table.hpp"

#include <cortexpr/circuit/files.hpp>

#include <cstdint>

namespace cortexpr::circuit {

struct known_cells {
    id_table numbers{};              ///< by id, of all cells that the files name; population::left_out among them
    std::int64_t rows = 0;           ///< of the cells file
    std::int64_t rows_left_out = 0;  ///< of these, whose cells aren't in the graph

    /// Whether row k of the cells file is neuron k of the graph.
    bool are_rows_neurons() const { return rows_left_out == 0; }
};

/// As the public ones. A projection's rows of cells that are left out are counted in the report.
graph load(const files& from, const expectation& expected, report& found, known_cells& cells);
projection load_projection(const files& from, const graph& circuit, const expected_projection& expected,
                           const known_cells& cells, report& found);

}  // namespace cortexpr::circuit
