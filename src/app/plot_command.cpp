// Figures of what runs have left.

#include "pictures.hpp"
#include "program_network.hpp"
#include "saved_model.hpp"
#include "workbench_commands.hpp"

#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/workbench/movie.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/picture.hpp>
#include <cortexpr/workbench/plots.hpp>

#include <fmt/format.h>

#include <filesystem>

namespace cortexpr::application {

namespace {

using figure = plot_request::figure;

/// Figures of what a model's file holds.
std::string drawn_weights(program_network& network, const plot_request& request) {
    const auto opened = network.open(request.given.values);
    opened->load(read_model(request.inputs.front()), request.inputs.front());
    const auto probed = network.probed(*opened);
    const std::string title(network.name());
    if (auto* connectome = probed.connectome()) {
        const auto drawn = workbench::drawn_edges(*connectome);
        if (drawn.empty()) return view::to_svg(workbench::weight_histograms(*connectome), title);
        io::say(stderr, fmt::format("drawn are {}\n", drawn));
        return view::to_svg(workbench::weight_histograms(*connectome), fmt::format("{}: {}", title, drawn));
    }
    const auto& areas = *probed.areas();
    if (request.of == figure::weights) return view::to_svg(workbench::weight_histograms(areas), title);
    if (request.of == figure::spectra) return view::to_svg(workbench::weight_spectra(areas), title);
    std::vector<workbench::edge_index> edges;
    for (const auto& name : request.edges) edges.push_back(workbench::edge_in(areas.plan(), name));
    return view::to_svg(workbench::kernel_maps(areas, edges));
}

std::string drawn(program_network& network, const plot_request& request) {
    switch (request.of) {
        case figure::curves:
            return view::to_svg(workbench::learning_curves(
                                    std::vector<std::filesystem::path>(request.inputs.begin(), request.inputs.end())),
                                std::string(network.name()));
        case figure::rates:
            return view::to_svg(workbench::rate_traces(workbench::recording_file(request.inputs.front())));
        case figure::maps:
            return view::to_svg(
                workbench::activity_maps(workbench::recording_file(request.inputs.front()), request.image));
        default:
            return drawn_weights(network, request);
    }
}

}  // namespace

int plot_command(program_network& network, const plot_request& request) {
    const bool is_of_kernels = request.of == figure::spectra || request.of == figure::kernels;
    if (is_of_kernels && request.given.values.family == network_family::connectome)
        throw usage_error(
            fmt::format("{} is a connectome, whose synapses are no kernels; draw plot weights", network.name()));
    if (request.of == figure::movie) {
        workbench::write_movie(workbench::recording_file(request.inputs.front()), request.out,
                               {.image = request.image, .seconds_a_step = request.seconds});
        warn_of_letters(request.out);
        return 0;
    }
    workbench::require_picture_name(request.out);
    draw_picture(request.out, drawn(network, request));
    return 0;
}

}  // namespace cortexpr::application
