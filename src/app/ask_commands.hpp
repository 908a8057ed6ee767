#pragma once
// What the program prints of its network without running it. Each command returns the exit status.

#include "settings_options.hpp"

#include <cortexpr/app.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/network.hpp>
#include <cortexpr/train/training_options.hpp>

#include <optional>
#include <string>

namespace cortexpr::application {

/// `summary`.
struct summary_request {
    given_settings given{};                          ///< files of a connectome
    int steps = training_options().steps;            ///< that operations of areas are counted for
    std::optional<std::string> matrix{}, degrees{};  ///< files for pictures of a connectome
};

/// `plan`.
struct plan_request {
    given_settings given{};  ///< files of a connectome
    int steps = training_options().steps;
    std::optional<std::string> picture{};  ///< file that the schedule of areas is drawn into
    bool on_gpu = false;                   ///< also print which kernels of areas a GPU runs
};

/// `wiring`.
struct wiring_request {
    given_settings given{};           ///< files of a connectome
    std::string picture{}, matrix{};  ///< files for the diagram and the connectivity matrix; empty: none
};

int summary_command(const plan::network& network, const summary_request& request);
int summary_command(const plan::connectome& network, const app_options& options, const summary_request& request);
int plan_command(const plan::network& network, const plan_request& request);
int plan_command(const plan::connectome& network, const app_options& options, const plan_request& request);
int wiring_command(const plan::network& network, const wiring_request& request);
int wiring_command(const plan::connectome& network, const app_options& options, const wiring_request& request);
/// `describe`, of plan::network or plan::connectome; `form` is "json" or "cpp".
template <class Network>
int describe_command(const Network& network, const std::string& form);

}  // namespace cortexpr::application
