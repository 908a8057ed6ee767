#pragma once
// What a sweep has found.

#include "sweep_runs.hpp"

#include <functional>
#include <string>

namespace cortexpr::application {

/// Says a table of the means over seeds, the best one first; writes sweep.csv, a row for each run, and sweep.json, with
/// the means too, into the sweep's folder. A run that isn't finished has a status in place of results.
/// \throws file_error
void give_results(const sweep_plan& plan, const sweep_report& report,
                  const std::function<void(const std::string&)>& say);

}  // namespace cortexpr::application
