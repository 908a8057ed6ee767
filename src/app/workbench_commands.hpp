#pragma once
// Commands that look at a network while it is shown examples. Each returns the exit status.

#include "perturbation_options.hpp"
#include "saved_model.hpp"

#include <cortexpr/data/gratings.hpp>
#include <cortexpr/workbench/fields.hpp>
#include <cortexpr/workbench/spectrum.hpp>

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

/// `analyse`.
struct analyse_request {
    enum class analysis : std::uint8_t { tuning, fields, spectrum, balance };
    enum class variable : std::uint8_t { classes, orientation, direction };  ///< that rates are tuned to
    enum class method : std::uint8_t { gradient, noise };

    shown_request shown{};
    given_perturbations perturbations{};
    analysis of = analysis::tuning;
    variable by = variable::classes;
    data::gratings_options gratings{};
    int from = 0;  ///< the first step whose rates count; 0: the last one
    std::vector<std::string> neurons{};
    method how = method::gradient;
    workbench::field_options fields{};
    int images = 32;  ///< around which gradients are taken
    int image = 0;    ///< at which the circuit is linearised
    workbench::spectrum_options spectrum{};
    std::optional<std::string> json{}, csv{}, svg{};
};

/// `plot`.
struct plot_request {
    enum class figure : std::uint8_t { curves, rates, maps, movie, weights, spectra, kernels };

    figure of = figure::curves;
    std::vector<std::string> inputs{};  ///< folders of runs, a recording, or a model
    std::optional<int> image{};         ///< of the recording; else the mean of all, but the first in a movie
    double seconds = 0.5;               ///< of a step of a movie
    given_settings given{};             ///< a connectome's files
    std::vector<std::string> edges{};   ///< whose kernels; none: all
    std::string out{};
};

/// `report`.
struct report_request {
    std::string run{};                  ///< its folder
    std::vector<std::string> beside{};  ///< tables of perturbations, and pictures
    std::string out{};
    given_settings given{};  ///< a connectome's files; those of the run where they aren't given
};

/// Add the commands to a program that is parsed into the requests, which must stay where they are.
void add_record(CLI::App& program, record_request& request, const app_options& options);
void add_perturb(CLI::App& program, perturb_request& request, const app_options& options);
void add_analyse(CLI::App& program, analyse_request& request, const app_options& options);
void add_plot(CLI::App& program, plot_request& request, const app_options& options);
void add_report(CLI::App& program, report_request& request, const app_options& options);

/// Whether an analysis shows gratings or noise, and not the examples of a data set.
bool makes_stimuli(const analyse_request& request);

int record_command(program_network& network, const record_request& request);
int perturb_command(program_network& network, const perturb_request& request);
int analyse_command(program_network& network, const analyse_request& request);
int plot_command(program_network& network, const plot_request& request);
int report_command(program_network& network, const report_request& request);

}  // namespace cortexpr::application
