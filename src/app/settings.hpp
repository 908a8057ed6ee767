#pragma once
// The settings of a training run. One table, in settings.cpp, says what each is called, what it must be and whether a
// continued run may change it; the command line, checkpoints and the summary follow from it.

#include <cortexpr/app.hpp>
#include <cortexpr/train/training_options.hpp>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace cortexpr::application {

enum class network_family : bool { areas, connectome };

/// All that a run depends on.
struct run_settings : training_options {
    network_family family = network_family::areas;  ///< the program's, which decides what settings there are
    std::string data{};                             ///< folder or file; unused where the program makes its examples
    std::string mean{}, deviation{};  ///< numbers with commas between, or "measured"; none: as the data set has it
    std::string initialisation = "balanced";
    std::string synapses{}, cells{};                  ///< files of a connectome; unused where the program makes it
    std::string starting_weights = "by_total_input";  ///< of a connectome
    std::string device = "cpu";
    std::string precision = "float32";
    int threads = 0;                                      ///< 0: all cores
    std::optional<int> train_limit{}, test_limit{};       ///< only the first examples
    std::string train_fingerprint{}, test_fingerprint{};  ///< of the examples, noted once they are known
};

/// What a command line says of the settings.
struct given_settings {
    run_settings values{};  ///< defaults where nothing was given
    const CLI::App* command = nullptr;

    /// Whether an option, "--epochs", was given.
    bool has(std::string_view option) const;
};

/// Adds the options of all settings to a command that is parsed into `given`; both must stay where they are.
void add_settings(CLI::App& command, given_settings& given, const app_options& options);

/// Adds the option of one, where the family has it, with a help text of its own if that isn't empty.
void add_setting(CLI::App& command, given_settings& given, const app_options& options, std::string_view option,
                 const std::string& help = "");

/// \throws usage_error  one was given that a continued run keeps
void require_changeable(const given_settings& given);

/// Changes the settings of a continued run to those that were given.
/// \throws usage_error  more epochs where the learning rate falls over all of them
void change(run_settings& settings, const given_settings& given);

/// All settings, for the summary.
nlohmann::json to_json(const run_settings& settings);

/// What a checkpoint keeps beside the training options.
std::map<std::string, std::string> notes_of(const run_settings& settings);

/// The settings of the run that wrote a checkpoint, of a network of this family. \throws file_error
run_settings settings_of(const std::filesystem::path& checkpoint, network_family family = network_family::areas);

}  // namespace cortexpr::application
