#pragma once
// What the program prints of its network without running it. Each command returns the exit status.

#include "settings_options.hpp"

#include <cortexpr/app.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/network.hpp>

#include <optional>
#include <string>

namespace cortexpr::application {

/// `summary` of a connectome.
struct summary_request {
    given_settings given{};                          ///< its files
    std::optional<std::string> matrix{}, degrees{};  ///< files for pictures
};

/// `plan` of a connectome.
struct plan_request {
    given_settings given{};  ///< its files
    int steps = 5;
};

/// `wiring` of a connectome.
struct wiring_request {
    given_settings given{};           ///< its files
    std::string picture{}, matrix{};  ///< files
};

int summary_command(const plan::network& network, int steps);
int summary_command(const plan::connectome& network, const app_options& options, const summary_request& request);
/// `plan`; `picture` is the file that the schedule is drawn into, if any. With `on_gpu` it also prints which kernels a
/// GPU runs.
int plan_command(const plan::network& network, int steps, const std::optional<std::string>& picture, bool on_gpu);
int plan_command(const plan::connectome& network, const app_options& options, const plan_request& request);
/// `wiring`: the file of the diagram, and that of the connectivity matrix, either of them empty for none.
int wiring_command(const plan::network& network, const std::string& picture, const std::string& matrix);
int wiring_command(const plan::connectome& network, const app_options& options, const wiring_request& request);
/// `describe`, of plan::network or plan::connectome; `form` is "json" or "cpp".
template <class Network>
int describe_command(const Network& network, const std::string& form);

}  // namespace cortexpr::application
