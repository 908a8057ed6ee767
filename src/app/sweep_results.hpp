#pragma once
// What a sweep has found.

#include "sweep_plan.hpp"

#include <functional>
#include <string>

namespace cortexpr::application {

/// Says a table of the means over seeds, the best one first; writes sweep.csv, a row for each finished run, and
/// sweep.json, with the means too, into the sweep's folder. \throws file_error
void give_results(const sweep_plan& plan, const std::function<void(const std::string&)>& say);

}  // namespace cortexpr::application
