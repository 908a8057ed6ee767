#pragma once
// The folder of a run, where one of its files or something else was given.

#include <filesystem>
#include <string>

namespace cortexpr::workbench {

/// The folder of a file where a file of this name lies, too, which a run has written; empty where there is none.
std::string run_beside(const std::filesystem::path& given, const char* name);
/// \param name  of the run's file that is read in the folder
/// \throws file_error  there is no folder; the sentence names that of a run where another file of it was given
void require_folder_of_run(const std::filesystem::path& given, const char* name);

}  // namespace cortexpr::workbench
