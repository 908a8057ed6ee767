#pragma once
// What perturbations of states and drives become for an executor.

#include "executor.hpp"

#include <memory>
#include <vector>

namespace cortexpr::executors {

/// Perturbations of states, as an executor takes them.
struct states_of_run {
    std::vector<int> silenced_from;
    std::shared_ptr<perturbed_states> perturbed;
};

/// The perturbations of a run. `spares`: types that the schedule leaves out are told apart from those that are held.
states_of_run laid_out(const run_context& context, bool spares = true);

}  // namespace cortexpr::executors
