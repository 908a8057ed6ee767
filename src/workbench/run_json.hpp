#pragma once
// JSON that a run or `perturb` has written, and the folder of a run.

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace cortexpr::workbench {

/// All but the log, which is long. \throws file_error  it is no such file, or would take much memory
nlohmann::json json_in(const std::filesystem::path& file);
/// The same; none where there is no file, or one that is refused.
std::optional<nlohmann::json> json_if_any(const std::filesystem::path& file);

/// The folder of a file where a file of this name lies, too, which a run has written; empty where there is none.
std::string run_beside(const std::filesystem::path& given, const char* name);
/// \param name  of the run's file that is read in the folder
/// \throws file_error  there is no folder; the sentence names that of a run where another file of it was given
void require_folder_of_run(const std::filesystem::path& given, const char* name);

}  // namespace cortexpr::workbench
