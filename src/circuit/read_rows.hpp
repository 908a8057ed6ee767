#pragma once
// Synapses out of a table.

#include "population.hpp"
#include "row_reader.hpp"
#include "wiring.hpp"

namespace cortexpr::circuit {

void read_rows(row_reader& rows, const files& from, population& cells, wiring& synapses, report& found);

}  // namespace cortexpr::circuit
