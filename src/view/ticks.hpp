#pragma once
// Tick labels of an axis.

#include <string>
#include <vector>

namespace cortexpr::view {

/// One label per tick, all with the decimals that the step between them needs; 12000 is "12k".
std::vector<std::string> tick_labels(const std::vector<double>& ticks, bool percent);

}  // namespace cortexpr::view
