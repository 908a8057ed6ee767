#include "connectome_runs.hpp"

namespace cortexpr::differential {

const char* connectome_runs() { return CORTEXPR_DIFFERENTIAL_RUNS; }
const char* refused_connectomes() { return CORTEXPR_DIFFERENTIAL_RUNS "/refused"; }

}  // namespace cortexpr::differential
