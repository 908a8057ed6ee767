#pragma once
// Commands that look at a network while it is shown examples. Each returns the exit status.

#include "perturbation_options.hpp"
#include "saved_model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace cortexpr::application {

/// `record`.
struct record_request {
    shown_request shown{};
    std::vector<std::string> what{};
    std::optional<std::string> images{};
    std::string out{};
    given_perturbations perturbations{};
};

/// `perturb`.
struct perturb_request {
    shown_request shown{};
    given_perturbations perturbations{};
    std::vector<double> strengths{};
    std::optional<std::string> json{}, csv{}, svg{};
};

/// `plot`.
struct plot_request {
    enum class figure : std::uint8_t { curves, rates, weights };

    figure of = figure::curves;
    std::vector<std::string> inputs{};  ///< folders of runs, a recording, or a model
    std::string out{};
};

/// Add the commands to a program that is parsed into the requests, which must stay where they are.
void add_record(CLI::App& program, record_request& request, const app_options& options);
void add_perturb(CLI::App& program, perturb_request& request, const app_options& options);
void add_plot(CLI::App& program, plot_request& request);

int record_command(const plan::network& network, const record_request& request);
int perturb_command(const plan::network& network, const perturb_request& request);
int plot_command(const plan::network& network, const plot_request& request);

}  // namespace cortexpr::application
