#pragma once
// The recorded runs that the tests name.

#include <cortexpr/dsl.hpp>

#include <string>

namespace cortexpr::golden {

/// Repeats the recorded run of that name: recorded/replay.hpp says what is checked. It is looked for in the full set
/// and among the few that lie beside the tests; where it isn't on this machine, a warning says that it was skipped.
void replay(const plan::network& plan, const std::string& name);

}  // namespace cortexpr::golden
