#pragma once
// Files of settings, TOML or JSON: what they say, and the one that repeats a run.

#include "settings_entries.hpp"
#include "settings_options.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::application {

/// What a run was made with, beside its settings: versions, network, data.
using run_origin = std::map<std::string, std::string>;

/// A file that one training is started from.
struct settings_file {
    std::vector<setting_value> settings{};
    run_origin origin{};  ///< of the run that wrote it, [made_with]; empty otherwise
};

/// \throws file_error
settings_file read_settings(const std::filesystem::path& file);

bool is_table_of_a_sweep(std::string_view table);

/// An entry as a setting. \throws file_error  its value is neither a number, a text, true or false, nor a list of
/// numbers
setting_value setting_in(const std::filesystem::path& file, const file_entry& entry);
setting_value setting_in(const std::filesystem::path& file, const file_entry& entry, const nlohmann::json& value);

/// "epochs=3", as a command line gives a setting. \throws usage_error
setting_value setting_in(const std::string& argument);

/// TOML that repeats the run.
std::string to_toml(const run_settings& settings, const run_origin& origin, const std::string& program);

}  // namespace cortexpr::application
