#pragma once
// Synapses out of files of arrays: columns of ids, COO or CSR.

#include "array_file.hpp"
#include "population.hpp"
#include "wiring.hpp"

#include <string>

namespace cortexpr::circuit {

/// Fills the population where the file holds neurons, and the wiring.
void read_arrays(const array_file& arrays, const files& from, population& cells, wiring& synapses, report& found);

}  // namespace cortexpr::circuit
