// Figures of what runs have left.

#include "saved_model.hpp"
#include "workbench_commands.hpp"

#include <cortexpr/workbench/movie.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/picture.hpp>
#include <cortexpr/workbench/plots.hpp>

#include <filesystem>
#include <memory>

namespace cortexpr::application {

namespace {

using figure = plot_request::figure;

/// What a model's file holds.
std::unique_ptr<network_module> loaded(const plan::network& network, const plot_request& request) {
    auto module = std::make_unique<network_module>(network);
    module->load(read_model(request.inputs.front()), request.inputs.front());
    return module;
}

std::string drawn(const plan::network& network, const plot_request& request) {
    const std::string title(network.name);
    switch (request.of) {
        case figure::curves:
            return view::to_svg(workbench::learning_curves(
                                    std::vector<std::filesystem::path>(request.inputs.begin(), request.inputs.end())),
                                title);
        case figure::rates:
            return view::to_svg(workbench::rate_traces(workbench::recording_file(request.inputs.front())));
        case figure::maps:
            return view::to_svg(
                workbench::activity_maps(workbench::recording_file(request.inputs.front()), request.image));
        case figure::weights:
            return view::to_svg(workbench::weight_histograms(*loaded(network, request)), title);
        case figure::spectra:
            return view::to_svg(workbench::weight_spectra(*loaded(network, request)), title);
        default: {
            std::vector<int> edges;
            for (const auto& name : request.edges) edges.push_back(workbench::edge_in(network, name));
            return view::to_svg(workbench::kernel_maps(*loaded(network, request), edges));
        }
    }
}

}  // namespace

int plot_command(const plan::network& network, const plot_request& request) {
    if (request.of == figure::movie) {
        workbench::write_movie(workbench::recording_file(request.inputs.front()), request.out,
                               {.image = request.image.value_or(0), .seconds_a_step = request.seconds});
        return 0;
    }
    workbench::require_picture_name(request.out);
    workbench::write_picture(request.out, drawn(network, request));
    return 0;
}

}  // namespace cortexpr::application
