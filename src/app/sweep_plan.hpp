#pragma once
// Which runs a sweep has: a grid over settings, or random draws of them, or both.

#include "settings_file.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr::application {

struct sweep_run {
    std::string name{};                                         ///< of its folder: "learning_rate=0.001,seed=2"
    std::vector<std::pair<std::string, std::string>> varied{};  ///< keys and values that make it this run
    std::string settings{};                                     ///< all that are given, as TOML
};

struct sweep_plan {
    std::filesystem::path folder;
    std::vector<sweep_run> runs;
};

/// Reads a sweep:
///
///     folder = "sweeps/rates"                                 # else runs/ and the name of this file
///     [settings]                                              # of all runs
///     epochs = 3
///     [grid]                                                  # every combination
///     optimiser = ["adam", "sgd"]
///     seed = [0, 1, 2]
///     [random]                                                # each drawn combination, with all of the grid
///     draws = 20
///     draw_seed = 1
///     learning_rate = { from = 1e-4, to = 1e-1, log = true }  # whole numbers where both ends are
///     batch_size = [64, 256]                                  # one of these
///
/// `more` replaces what [settings] says. \throws file_error, usage_error  also where there is no such setting
sweep_plan read_sweep(const std::filesystem::path& file, const given_settings& known,
                      const std::vector<setting_value>& more);

}  // namespace cortexpr::application
