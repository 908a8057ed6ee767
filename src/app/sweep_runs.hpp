#pragma once
// The runs of a sweep as processes of this program, each with a folder of its own.

#include "sweep_plan.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cortexpr::application {

/// The summary of a run that is finished; none of another.
std::optional<nlohmann::json> finished_summary(const sweep_plan& plan, const sweep_run& run);

/// \throws usage_error  a run of that name was begun with other settings
void require_same_settings(const sweep_plan& plan, const sweep_run& run);

/// Makes the folder of a sweep. \throws file_error  it can't be made, or holds files of the user's that these runs
/// would replace
void require_place(const sweep_plan& plan, const std::vector<const sweep_run*>& runs);

struct sweep_report {
    std::set<const sweep_run*> failed{};  ///< ended with an error
    bool is_interrupted = false;
};

/// Runs what isn't finished, `jobs` at a time: begins runs, and continues those that have a checkpoint. What they say
/// goes into a log beside their folders. A signal (see interrupt_guard, which must live) ends them as it would end
/// each; they end too if this process does. Runs that another sweep trains are left to it, and waited for in the end.
/// `say` is called for each that begins or ends.
sweep_report run_all(const sweep_plan& plan, std::vector<const sweep_run*> runs, int jobs, const std::string& program,
                     const std::function<void(const std::string&)>& say);

}  // namespace cortexpr::application
