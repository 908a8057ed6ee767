// A run on one page.

#include "../ending.hpp"
#include "../workbench/run_json.hpp"
#include "circuit_settings.hpp"
#include "program_network.hpp"
#include "run_folder.hpp"
#include "workbench_commands.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/workbench/report.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace cortexpr::application {

namespace {

/// How a connectome is read, and its files where none is given, are as in the run, where its summary can be read; else
/// the page says what is wrong with it.
run_settings settings_of_run(const report_request& request) {
    auto given = request.given;
    auto& settings = given.values;
    if (settings.family != network_family::connectome) return settings;
    const auto summary = workbench::json_if_any(std::filesystem::path(request.run) / run_file::summary);
    if (!summary || !summary->contains("settings") || !summary->at("settings").is_object()) return settings;
    take_circuit_settings(given, summary->at("settings"));
    return settings;
}

}  // namespace

int report_command(program_network& network, const report_request& request) {
    const auto ending = ending_of(request.out);
    if (ending != ".html" && ending != ".htm" && !std::filesystem::is_fifo(request.out) &&
        !std::filesystem::is_character_file(request.out))
        throw usage_error(
            fmt::format("a report is a page of HTML; end the name of --out in .html, not {}", request.out));
    workbench::require_run_of(network.name(), request.run);  // before its files of a connectome are read
    io::write_file(request.out, network.report_page(settings_of_run(request), request.run,
                                                    {request.beside.begin(), request.beside.end()}));
    return 0;
}

}  // namespace cortexpr::application
