#pragma once
// The settings that say which files a connectome is read from, and how.

#include "settings_options.hpp"

#include <cortexpr/app.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace cortexpr::application {

struct setting;

/// Adds those of a connectome's files.
void add_circuit_settings(CLI::App& command, given_settings& given, const app_options& options);
/// Those of a connectome's files, as a run's summary has them, but for what is given.
void take_circuit_settings(given_settings& given, const nlohmann::json& noted);
/// The files of a connectome, and how they are read: as the settings say, else the program.
circuit::files files_of(const run_settings& settings, const app_options& options);

/// Where no files of a connectome are given, the author's are taken. \throws usage_error  there are none
void default_circuit(given_settings& given, const app_options& options);

/// What --help calls the default of a setting that the program has one for; empty where it has none.
std::string default_in(const circuit::files& files, const setting& row);

}  // namespace cortexpr::application
