#pragma once
// What a caller reads of a run, in the words of the schedule.

#include <cortexpr/plan/schedule.hpp>
#include <cortexpr/torch/network_module.hpp>

namespace cortexpr::engine {

plan::reads reads_of(const run_request& request);

}  // namespace cortexpr::engine
