// Analyses of the network: a table, and the same as JSON, CSV and a figure.

#include "../io/json_text.hpp"
#include "analyses.hpp"
#include "pictures.hpp"
#include "program_network.hpp"
#include "run_folder.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/view/progress.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/picture.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <vector>

namespace cortexpr::application {

namespace {

using json = nlohmann::ordered_json;

/// What was asked for by an option that the chosen analysis hasn't is refused. \throws usage_error
void require_used(const analyse_request& request) {
    using analysis = analyse_request::analysis;
    struct rule {
        analysis of;
        bool is_used;
        const char* used_by;
        std::vector<const char*> options;
    };
    const bool is_noise = request.how == analyse_request::method::noise;
    for (const auto& [of, is_used, used_by, options] :
         {rule{analysis::tuning,
               request.by != analyse_request::variable::classes,
               "orientation, and --by direction",
               {"--angles", "--phases", "--period", "--contrast"}},
          rule{analysis::fields, is_noise, "noise", {"--stimuli", "--contrast"}},
          rule{analysis::fields, !is_noise, "gradient", {"--images"}}}) {
        if (of != request.of || is_used) continue;
        for (const auto* option : options)
            if (request.shown.given.has(option))
                throw usage_error(fmt::format("{} has no effect here; it is of --by {}", option, used_by));
    }
}

/// For an analysis and neurons that the network has. \throws usage_error
std::vector<perturbation> perturbations_asked(const workbench::any_network& opened, const analyse_request& request) {
    if (request.of == analyse_request::analysis::fields && opened.connectome() != nullptr)
        throw usage_error(
            fmt::format("receptive fields are parts of images, and {} takes numbers without a grid", opened.name()));
    if (auto* areas = opened.areas())
        for (const auto& text : request.neurons) workbench::neurons_in(areas->plan(), text);
    auto all = perturbations_of(opened, request.perturbations);
    for (const auto& one : all)
        if (!one.where.images.empty())
            throw usage_error(fmt::format("an analysis perturbs all images alike; leave the images out of {}",
                                          workbench::text_of(opened, one)));
    return all;
}

findings found_by(const analyse_request& request, const subject& of, view::progress& bar) {
    switch (request.of) {
        case analyse_request::analysis::tuning:
            return tuning(of, request, bar);
        case analyse_request::analysis::fields:
            return fields(of, request, bar);
        case analyse_request::analysis::spectrum:
            return spectrum(of, request);
        case analyse_request::analysis::balance:
            break;
    }
    return balance(of, request, bar);
}

}  // namespace

bool makes_stimuli(const analyse_request& request) {
    using analysis = analyse_request::analysis;
    return (request.of == analysis::tuning && request.by != analyse_request::variable::classes) ||
           (request.of == analysis::fields && request.how == analyse_request::method::noise);
}

int analyse_command(program_network& network, const analyse_request& request) {
    require_no_start(request.shown.given, !request.shown.models.empty());
    require_used(request);
    if (request.svg) workbench::require_picture_name(*request.svg);
    for (const auto* file : {&request.json, &request.csv, &request.svg})
        if (*file) require_writable(**file);
    std::vector<perturbation> perturbations;
    const auto loaded = load_shown(network, request.shown, [&](const workbench::any_network& opened) {
        perturbations = perturbations_asked(opened, request);
    });
    const auto& shown = loaded.probed.front();
    if (auto* areas = shown.areas()) areas->perturb(perturbations);
    const subject of{shown,         loaded.examples,    loaded.steps,
                     perturbations, shown.type_names(), network.type_titles().back()};
    view::progress bar({.unit = "examples", .plain_every = 0});
    const auto found = found_by(request, of, bar);
    if (request.json) {
        json report{{"program", request.shown.program}, {"network", shown.name()}};
        if (!request.shown.makes_stimuli) report["data"] = loaded.examples.source;
        report["steps"] = loaded.steps;
        if (!request.shown.models.empty()) report["model"] = request.shown.models.front();
        if (!perturbations.empty()) report["perturbations"] = json::array();
        for (const auto& one : perturbations) report["perturbations"].push_back(workbench::text_of(shown, one));
        report.update(found.numbers);
        io::write_file(*request.json, io::json_text(report, 2) + '\n');
    }
    if (request.csv) io::write_file(*request.csv, found.csv);
    if (request.svg) draw_picture(*request.svg, found.picture);
    io::say(stdout, found.text);
    return 0;
}

}  // namespace cortexpr::application
