#pragma once
// Settings as runs keep them: in checkpoints, summaries and files; and what a continued run may change of them.

#include "settings_options.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr::application {

/// \throws usage_error  one was given that a continued run keeps
void require_changeable(const given_settings& given);

/// Changes the settings of a continued run to those that were given.
/// \throws usage_error  more epochs where the learning rate falls over all of them
void change(run_settings& settings, const given_settings& given);

/// All settings that have a value, in the table's order, with places that hold from any folder.
std::vector<std::pair<std::string, nlohmann::json>> values_of(const run_settings& settings);

/// All settings, for the summary.
nlohmann::json to_json(const run_settings& settings);

/// What a checkpoint stores besides the training options.
std::map<std::string, std::string> notes_of(const run_settings& settings);

/// The settings of the run that wrote a checkpoint, of a network of this family. \throws file_error
run_settings settings_of(const std::filesystem::path& checkpoint, network_family family = network_family::areas);

}  // namespace cortexpr::application
