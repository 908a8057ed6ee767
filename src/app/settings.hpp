#pragma once
// The settings of a training run. One table, in settings_table.cpp, says what each is called, what it must be and
// whether a continued run may change it; the command line, files of settings, checkpoints and the summary follow from
// it.

#include <cortexpr/app.hpp>
#include <cortexpr/train/named_value.hpp>
#include <cortexpr/train/training_options.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace cortexpr::circuit {

/// The names in settings.
constexpr auto names_of(unannotated) {
    using enum unannotated;
    return std::array{named{kept, "kept"}, named{left_out, "left_out"}, named{refused, "refused"}};
}
constexpr auto names_of(undeclared) {
    using enum undeclared;
    return std::array{named{refused, "refused"}, named{left_out, "left_out"}};
}

}  // namespace cortexpr::circuit

namespace cortexpr::application {

enum class network_family : bool { areas, connectome };

/// All that a run depends on.
struct run_settings : training_options {
    network_family family = network_family::areas;  ///< the program's, which decides what settings there are
    std::string data{};                             ///< folder or file; unused where the program makes its examples
    std::string mean{}, deviation{};  ///< numbers with commas between, or "measured"; none: as the data set has it
    std::string initialisation = "balanced";
    std::string perturbations{};  ///< under which the network learns and is tested: "silence V1.I:2..; cut V1.E-V1.I"
    std::string synapses{}, cells{};                     ///< files of a connectome; unused where the program makes it
    std::string stimulus_synapses{}, output_synapses{};  ///< likewise, of projections that are declared as sparse
    // How these are read; none: as the program says.
    std::string prefix{}, unannotated_type{};
    std::optional<circuit::unannotated> unannotated{};
    std::optional<circuit::undeclared> undeclared{};
    std::string starting_weights = "by_total_input";  ///< of a connectome
    std::string device = "cpu";
    std::string precision = "float32";
    int threads = 0;                                      ///< 0: all cores
    std::optional<int> train_limit{}, test_limit{};       ///< only the first examples
    bool tensorboard = false;                             ///< write event files, too
    bool overfit_batch = false;                           ///< learn one batch by heart, and test on it
    std::string train_fingerprint{}, test_fingerprint{};  ///< of the examples, noted once they are known
};

/// Where the files of a connectome stand in settings, and in what the library reads.
struct circuit_file {
    std::string run_settings::*setting;
    std::filesystem::path circuit::files::*file;
};
inline constexpr std::array circuit_files{
    circuit_file{&run_settings::synapses, &circuit::files::synapses},
    circuit_file{&run_settings::cells, &circuit::files::cells},
    circuit_file{&run_settings::stimulus_synapses, &circuit::files::stimulus_synapses},
    circuit_file{&run_settings::output_synapses, &circuit::files::output_synapses},
};

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
/// Adds those of a connectome's files.
void add_circuit_settings(CLI::App& command, given_settings& given, const app_options& options);
/// Those of a connectome's files, as a run's summary has them, but for what is given.
void take_circuit_settings(given_settings& given, const nlohmann::json& noted);
/// The files of a connectome, and how they are read: as the settings say, else the program.
circuit::files files_of(const run_settings& settings, const app_options& options);

/// Where no data are given, the author's are taken. \throws usage_error  there are none
void default_data(given_settings& given, const app_options& options);
/// The same of a connectome's files.
void default_circuit(given_settings& given, const app_options& options);

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
