#pragma once
// What the command line asks of training and testing, and the commands that do it. Each returns the exit status.

#include "settings_file.hpp"

#include <cortexpr/app.hpp>

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace cortexpr::application {

class program_network;

/// `train`.
struct train_request {
    std::string program{};
    decltype(app_options::make_data) make_data = nullptr;
    given_settings given{};  ///< for a new run, or to change one that is continued
    std::optional<std::string> out{}, resume{}, json{};
    std::optional<std::string> settings{};   ///< file
    std::vector<std::string> assignments{};  ///< "epochs=3"
    run_origin origin{};                     ///< of the run that wrote the file
    bool detects_anomalies = false;
    std::optional<std::string> profile{};  ///< file for a trace
};

/// Takes what the file and the command line set into the request's settings. \throws usage_error, file_error
void read_given_settings(train_request& request);

/// `sweep`.
struct sweep_request {
    std::string program{};
    std::string plan{};         ///< file
    std::optional<int> jobs{};  ///< at a time; by default 1 here, and all of a job array
    std::optional<int> only{};  ///< one run, by its number from 0
    bool prints_slurm = false;
    std::vector<std::string> assignments{};  ///< "epochs=3"
};

/// `test`.
struct test_request {
    std::string program{};
    decltype(app_options::make_data) make_data = nullptr;
    given_settings given{};  ///< --steps: what the model's file says, else the default
    std::string model{};
    std::optional<std::string> json{};
    std::optional<std::string> confusion{};
};

/// `check`.
struct check_request {
    std::string program{};
    decltype(app_options::make_data) make_data = nullptr;
    given_settings given{};
    std::optional<std::string> model{};  ///< else a network that is initialised as for training
    std::optional<std::string> rates{};  ///< file for a picture of the rates
};

/// Add the commands to a program that is parsed into the requests, which must stay where they are.
void add_train(CLI::App& program, train_request& request, const app_options& options);
void add_sweep(CLI::App& program, sweep_request& request);
void add_test(CLI::App& program, test_request& request, const app_options& options);
void add_check(CLI::App& program, check_request& request, const app_options& options);

int train_command(program_network& network, const train_request& request);
/// `known`: of `train`, for what settings there are.
int sweep_command(const sweep_request& request, const given_settings& known);
int test_command(program_network& network, const test_request& request);
int check_command(program_network& network, const check_request& request);

}  // namespace cortexpr::application
