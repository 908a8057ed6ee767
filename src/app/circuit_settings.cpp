#include "circuit_settings.hpp"

#include "../io/optional_json.hpp"
#include "../train/named_json.hpp"
#include "settings_table.hpp"

#include <cortexpr/error.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <string>
#include <variant>

namespace cortexpr::application {

namespace {

/// Where the files of a connectome stand in settings, and in what the library reads.
struct circuit_file {
    std::string run_settings::*setting;
    std::filesystem::path circuit::files::*file;
};
constexpr std::array circuit_files{
    circuit_file{&run_settings::synapses, &circuit::files::synapses},
    circuit_file{&run_settings::cells, &circuit::files::cells},
    circuit_file{&run_settings::stimulus_synapses, &circuit::files::stimulus_synapses},
    circuit_file{&run_settings::output_synapses, &circuit::files::output_synapses},
};

const setting& row_of(setting::member where) { return *std::ranges::find(settings_table(), where, &setting::where); }

}  // namespace

void add_circuit_settings(CLI::App& command, given_settings& given, const app_options& options) {
    for (const auto& row : settings_table())
        if (row.is_of_circuit) add_setting(command, given, options, row.option);
}

void take_circuit_settings(given_settings& given, const nlohmann::json& noted) {
    const bool has_files = given.has("--synapses");
    for (const auto& row : settings_table()) {
        const auto found = noted.find(row.key);
        if (!row.is_of_circuit || given.has(row.option) || found == noted.end()) continue;
        if (has_files && row.is_file) continue;
        try {
            std::visit([&](auto where) { found->get_to(given.values.*where); }, row.where);
        } catch (const std::exception&) {
            continue;  // the summary isn't a run's
        }
    }
}

circuit::files files_of(const run_settings& settings, const app_options& options) {
    auto files = options.files;
    for (const auto& [setting, file] : circuit_files) files.*file = settings.*setting;
    if (!settings.prefix.empty()) files.prefix = settings.prefix;
    if (!settings.unannotated_type.empty()) files.unannotated_type = settings.unannotated_type;
    files.unannotated = settings.unannotated.value_or(files.unannotated);
    files.undeclared = settings.undeclared.value_or(files.undeclared);
    if (!settings.unannotated_type.empty() && files.unannotated != circuit::unannotated::kept)
        throw usage_error(
            "--unannotated-type is the type of neurons that are kept; leave it out, or give "
            "--unannotated kept");
    return files;
}

void default_circuit(given_settings& given, const app_options& options) {
    if (given.values.family != network_family::connectome || options.make_circuit != nullptr) return;
    // Cells and synapses belong together: of one that is given, the author's other says nothing.
    if (given.has("--synapses")) return;
    if (given.has("--cells"))
        throw usage_error("--cells is given without --synapses, and the two belong together; give both");
    if (options.files.synapses.empty())
        throw usage_error("no connectome; give the file of its synapses with --synapses FILE");
    for (const auto& [setting, file] : circuit_files)
        if (!given.has(row_of(setting).option)) given.values.*setting = (options.files.*file).string();
}

std::string default_in(const circuit::files& files, const setting& row) {
    if (row.is(&run_settings::unannotated)) return std::string(name_of(files.unannotated));
    if (row.is(&run_settings::undeclared)) return std::string(name_of(files.undeclared));
    if (row.is(&run_settings::unannotated_type)) return files.unannotated_type;
    if (row.is(&run_settings::prefix)) return files.prefix;
    for (const auto& [setting, file] : circuit_files)
        if (row.is(setting) && !(files.*file).empty())
            return (files.*file).string() +
                   (setting == &run_settings::synapses ? "" : ", where --synapses isn't given");
    return {};
}

}  // namespace cortexpr::application
