#pragma once
// A training run on one page of HTML that needs nothing but itself: no network connection, no script, no other file.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_data.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/network.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::workbench {

/// \throws file_error  a folder without a summary of a run   \throws usage_error  a run of another network
void require_run_of(std::string_view network, const std::filesystem::path& run);

/// The network's wiring, tables and schedule, what the run came to, its curves, weights and kernels, its configuration
/// and versions, and what is given beside it: tables that `perturb --json` has written, and pictures (.svg, .png,
/// .gif). \param run  the folder of a run of this network: summary.json, and where they are there curves.svg and the
/// model \throws file_error   a file that is no such folder, table or picture   \throws usage_error  a run of another
/// network
std::string report_page(const plan::network& network, const std::filesystem::path& run,
                        const std::vector<std::filesystem::path>& beside = {});

/// The same of a connectome, with its wiring and tables of cells and synapses, and without a schedule.
std::string report_page(const plan::connectome& network, const connectome_data& data, const std::filesystem::path& run,
                        const std::vector<std::filesystem::path>& beside = {});

}  // namespace cortexpr::workbench
