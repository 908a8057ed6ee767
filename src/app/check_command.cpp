// Whether the network is alive, before or after training.

#include "data_sets.hpp"
#include "numbers.hpp"
#include "pictures.hpp"
#include "program_network.hpp"
#include "resources.hpp"
#include "run_folder.hpp"
#include "saved_model.hpp"
#include "training_commands.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/train/trainer.hpp>
#include <cortexpr/view/rate_traces.hpp>
#include <cortexpr/view/table.hpp>
#include <cortexpr/workbench/picture.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <optional>

namespace cortexpr::application {

namespace {

std::string rates_table(const program_network& network, const network_health& found) {
    using view::alignment;
    std::vector<view::table_column> columns;
    for (const auto& title : network.type_titles()) columns.push_back({title});
    for (const auto* title : {"step", "mean rate", "silent", "saturated", "differs between images by"})
        columns.push_back({title, alignment::right});
    view::table table(std::move(columns));
    for (const auto& rates : found.rates) {
        auto row = network.type_names(rates.type);
        for (auto& cell :
             {std::to_string(rates.step), fmt::format("{:.4g}", rates.mean), percent(rates.silent),
              percent(rates.saturated), std::isnan(rates.spread) ? "-" : fmt::format("{:.3g}", rates.spread)})
            row.push_back(cell);
        table.row(std::move(row));
    }
    return table.text();
}

std::string gradients_table(const trainable& network, const network_health& found) {
    view::table table({{"parameter"}, {"gradient (root mean square)", view::alignment::right}});
    for (const auto& one : found.gradients) {
        const auto& parameter = network.declared_parameters()[static_cast<std::size_t>(one.parameter)];
        table.row({std::string(std::string_view(parameter.name)), fmt::format("{:.3g}", one.size)});
    }
    return table.text();
}

/// A trace for each type.
std::string rates_picture(const trainable& network, const program_network& names, const network_health& found) {
    std::vector<view::rate_trace> traces;
    for (const auto& rates : found.rates) {
        if (rates.step == 1)
            traces.push_back({.label = fmt::format("{}", fmt::join(names.type_names(rates.type), " ")),
                              .mean = {},
                              .low = {},
                              .high = {}});
        traces.back().mean.push_back(rates.mean);
        traces.back().low.push_back(rates.low);
        traces.back().high.push_back(rates.high);
    }
    return view::rate_traces_svg(traces, fmt::format("{}: rates by type", network.name()));
}

/// A line for each fault, or one that there is none.
std::string verdict_of(const program_network& network, const network_health& found) {
    std::string text;
    for (const auto& fault : network.complaints(found)) text += fault + '\n';
    if (!text.empty()) return text;
    const bool is_of_one_image = !found.rates.empty() && std::isnan(found.rates.front().spread);
    return fmt::format("every type is active{}, and gradients reach all parameters\n",
                       is_of_one_image ? "" : " and differs between images");
}

}  // namespace

int check_command(program_network& network, const check_request& request) {
    auto settings = request.given.values;
    require_no_start(request.given, request.model.has_value());
    if (request.rates) {
        workbench::require_picture_name(*request.rates);
        require_writable(*request.rates);
    }
    if (request.given.has("--threads")) use_threads(settings.threads);
    std::optional<io::tensor_file> model;
    training_notes notes("", {});
    if (request.model) {
        model = read_model(*request.model);
        notes = training_notes(*request.model, model->metadata());
        notes.normalise_as_trained(settings);
    }
    const auto module = network.open(settings);
    const auto images = load_examples({request.make_data, network.expected_images(), settings, notes.first_label()},
                                      data::split::train, settings.train_limit);
    const int steps = steps_of(images, request.given, notes, settings.steps);
    require_fit(*module, images);
    if (model && request.model) {
        module->load(*model, *request.model);
        notes.say_what_is_open(request.program, shown_as(request.given, request.make_data, images, steps));
    } else {
        network.initialise(settings, images, steps);
    }
    const auto found = network.health(images, steps);
    auto text = rates_table(network, found) + '\n' + gradients_table(*module, found) + '\n';
    if (const auto loops = network.loops(images, steps); !loops.empty()) text += loops + '\n';
    text += verdict_of(network, found);
    io::say(stdout, text);  // first, so that a picture that can't be written leaves it
    if (request.rates) draw_picture(*request.rates, rates_picture(*module, network, found));
    return 0;
}

}  // namespace cortexpr::application
