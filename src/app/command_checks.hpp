#pragma once
// What the options of a command must be together.

#include <CLI/CLI.hpp>

namespace cortexpr::application {

/// Throws where a command got an option whose value is an empty text, as a shell's unset variable gives it: as a folder
/// that would be the one that the program was started in.
void require_values(const CLI::App& program);

/// Throws where a command was to write a file that it also reads, or writes something else into, or one of a run. A
/// model may be imported or exported in place: it stays that model.
void require_separate_files(const CLI::App& program);

}  // namespace cortexpr::application
