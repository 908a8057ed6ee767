#pragma once
// Settings as options of commands, and as entries of a file that stand for them.

#include "settings.hpp"

#include <cortexpr/app.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace cortexpr::application {

/// What a command line says of the settings.
struct given_settings {
    given_settings();  // not inline: GCC 12 would take parts of the defaults for uninitialised

    run_settings values;  ///< defaults where nothing was given
    CLI::App* command = nullptr;

    /// Whether an option, "--epochs", was given.
    bool has(std::string_view option) const;
};

/// Adds the options of all settings to a command that is parsed into `given`; both must stay where they are.
void add_settings(CLI::App& command, given_settings& given, const app_options& options);

/// For options that a command has, the names of their settings in files, spelt as options: "--learning-rate" for --lr.
std::vector<std::pair<std::string, std::string>> options_by_key(const CLI::App& command);

/// Adds the option of one, where the family has it, with a help text of its own if that isn't empty.
void add_setting(CLI::App& command, given_settings& given, const app_options& options, std::string_view option,
                 const std::string& help = "");
/// Adds those that a trained model decides where they aren't given: steps, mean and deviation.
void add_as_trained(CLI::App& command, given_settings& given, const app_options& options);
/// Where no data are given, the author's are taken. \throws usage_error  there are none
void default_data(given_settings& given, const app_options& options);

/// A setting that isn't given by its option.
struct setting_value {
    std::string key{}, value{};
    std::string where{};  ///< "run.toml, line 3"; empty on the command line
};

/// As if the options had been given: those of the command line, then those of a file, for what wasn't given before.
/// \throws CLI::ValidationError  of the command line, or usage_error of the file: there is no such setting (says the
///                               nearest name), a value is not what it must be, or it was given twice
void apply(given_settings& given, const std::vector<setting_value>& of_command_line,
           const std::vector<setting_value>& of_file);

/// Whether a setting can be given to a command: its key and its value. \throws as `apply`
void require_setting(const given_settings& given, const setting_value& entry);

}  // namespace cortexpr::application
