#pragma once
// Commands that bring weights in and out. Each returns the exit status.

#include "settings_options.hpp"

#include <cortexpr/app.hpp>

#include <string>

namespace CLI {
class App;
}

namespace cortexpr::application {

class program_network;

/// `import`.
struct import_request {
    given_settings given{};  ///< --steps, --mean, --deviation: kept with the model
    std::string file{}, out{}, like{};
};

/// `export`.
struct export_request {
    std::string program{};
    decltype(app_options::make_data) make_data = nullptr;
    given_settings given{};
    std::string model{}, to{};
    std::string arrays = "npy";  ///< of a folder: npy or csv
};

/// Add the commands to a program that is parsed into the requests, which must stay where they are.
void add_import(CLI::App& program, import_request& request, const app_options& options);
void add_export(CLI::App& program, export_request& request, const app_options& options);

int import_command(program_network& network, const import_request& request);
int export_command(program_network& network, const export_request& request);

}  // namespace cortexpr::application
