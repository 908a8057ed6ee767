#pragma once
// Synapses out of a table.

#include "population.hpp"
#include "row_reader.hpp"
#include "wiring.hpp"

#include <string_view>

namespace cortexpr::circuit {

/// What to do where the column of weights isn't there.
inline constexpr std::string_view missing_weights =
    "rename one of them, let the program name another column (`columns`), or give weight an empty name there: then "
    "each row counts 1";

/// \throws file_error  the cell is no number
double weight_in(std::string_view cell, const place& at);

void read_rows(row_reader& rows, const files& from, population& cells, wiring& synapses, report& found);

}  // namespace cortexpr::circuit
