// Figures of what runs have left.

#include "saved_model.hpp"
#include "workbench_commands.hpp"

#include <cortexpr/workbench/plots.hpp>

#include <filesystem>

namespace cortexpr::application {

namespace {

std::vector<view::line_plot> plots_of(const plan::network& network, const plot_request& request) {
    switch (request.of) {
        case plot_request::figure::curves:
            return workbench::learning_curves(
                std::vector<std::filesystem::path>(request.inputs.begin(), request.inputs.end()));
        case plot_request::figure::rates:
            return {workbench::rate_traces(workbench::recording_file(request.inputs.front()))};
        default: {
            network_module module(network);
            module.load(read_model(request.inputs.front()), request.inputs.front());
            return workbench::weight_histograms(module);
        }
    }
}

}  // namespace

int plot_command(const plan::network& network, const plot_request& request) {
    view::write_svg(request.out, plots_of(network, request), std::string(network.name));
    return 0;
}

}  // namespace cortexpr::application
