#pragma once
// What the commands need of the network that the program is around, of whatever family.

#include "resources.hpp"
#include "settings.hpp"

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/data/load_images.hpp>
#include <cortexpr/module/connectome_data.hpp>
#include <cortexpr/module/trainable.hpp>
#include <cortexpr/train/health.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::application {

class program_network {
  public:
    program_network() = default;
    program_network(const program_network&) = delete;
    program_network& operator=(const program_network&) = delete;
    virtual ~program_network() = default;

    /// A new network from what the settings name. All that follows is about this one. \throws usage_error, file_error
    virtual std::shared_ptr<trainable> open(const run_settings& settings) = 0;

    /// A network that `open` has made, as the workbench takes it.
    virtual workbench::any_network probed(trainable& opened) const = 0;

    /// What data sets are read as.
    virtual data::expected_images expected_images() const = 0;
    /// \throws usage_error  the run takes more memory than there is
    virtual void require_memory(const run_size& size) const = 0;

    /// What training starts from, in a few words for titles.
    virtual std::string start(const run_settings& settings) const = 0;
    /// What `initialise` does, as a line of the log.
    virtual std::string initialisation(const run_settings& settings) const = 0;
    virtual void initialise(const run_settings& settings, const data::labelled_images& examples, int steps) = 0;
    /// From now on all runs are perturbed as the settings say, but those of the initialisation.
    /// \throws usage_error  the network has no such part
    virtual void perturb(const run_settings& settings) = 0;
    /// What of the declaration makes learning hard.
    virtual std::vector<std::string> advice() const { return {}; }

    virtual network_health health(const data::labelled_images& examples, int steps) = 0;
    virtual std::vector<std::string> complaints(const network_health& found) const = 0;
    /// How a type of `rate_health` is named in a table, and the titles above.
    virtual std::vector<std::string> type_titles() const = 0;
    virtual std::vector<std::string> type_names(int type) const = 0;
    /// \throws usage_error  the family, or what this network has, isn't written as ONNX
    virtual void write_onnx(const std::string& file, int steps,
                            const std::map<std::string, std::string>& notes) const = 0;
    /// A run on one page; the settings name a connectome's files. \throws usage_error, file_error
    virtual std::string report_page(const run_settings& settings, const std::filesystem::path& run,
                                    const std::vector<std::filesystem::path>& beside) const = 0;
    virtual std::string_view name() const = 0;
    /// Whether loops keep the network stable, in lines; empty where this isn't known.
    virtual std::string loops(const data::labelled_images&, int) { return {}; }
};

std::unique_ptr<program_network> network_of_areas(const plan::network& network);
std::unique_ptr<program_network> network_of_cells(const plan::connectome& network, const app_options& options);

/// A connectome from its files, or as the program makes it; `found`: what was read of files.
/// \throws usage_error, file_error
connectome_data load_circuit(const plan::connectome& network, const app_options& options, const run_settings& settings,
                             circuit::report* found = nullptr);

/// Elements of all parameters.
inline std::int64_t count_of_numbers(const trainable& network) {
    std::int64_t count = 0;
    for (int i = 0; i < network.parameter_count(); ++i) count += network.parameter(i).numel();
    return count;
}

}  // namespace cortexpr::application
