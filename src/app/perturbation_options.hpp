#pragma once
// Perturbations on the command line: one option for each kind, each as often as wanted.

#include "settings.hpp"

#include <cortexpr/run/perturbation.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace cortexpr::application {

/// What was given, in the order of the command line: where two hold the same state, the last one counts.
using given_perturbations = std::vector<std::pair<perturbation::kind, std::string>>;

/// Adds the options to a command that is parsed into `given`, which must stay where it is; commands may share it.
void add_perturbations(CLI::App& command, given_perturbations& given, network_family family);

/// \throws usage_error  also where the network has no such part, with the nearest name that it has
std::vector<perturbation> perturbations_of(const workbench::any_network& network, const given_perturbations& given);

/// With their kinds, and semicolons between: "silence V1.I:2..; cut V1.E-V1.I". None where the text is empty.
/// \throws usage_error  likewise
std::vector<perturbation> perturbations_in(const workbench::any_network& network, std::string_view text);

}  // namespace cortexpr::application
