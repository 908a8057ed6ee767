#pragma once
// What a sweep has found.

#include "sweep_plan.hpp"

#include <string>

namespace cortexpr::application {

/// Writes sweep.csv, a row for each finished run, and sweep.json, with means over seeds too, into the sweep's folder;
/// gives a table of the means, the best one first. \throws file_error
std::string write_results(const sweep_plan& plan);

}  // namespace cortexpr::application
