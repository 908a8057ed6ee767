// Whether the network is alive, before or after training.

#include "commands.hpp"
#include "data_sets.hpp"
#include "numbers.hpp"
#include "resources.hpp"

#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/train/health.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/train/trainer.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>

namespace cortexpr::application {

namespace {

std::string rates_table(const plan::network& network, const network_health& found) {
    using view::alignment;
    view::table table({{"area"},
                       {"neuron type"},
                       {"step", alignment::right},
                       {"mean rate", alignment::right},
                       {"silent", alignment::right},
                       {"saturated", alignment::right},
                       {"differs between images by", alignment::right}});
    for (const auto& rates : found.rates) {
        const auto& type = network.types[static_cast<std::size_t>(rates.type)];
        table.row({std::string(network.areas[static_cast<std::size_t>(type.area)].name), std::string(type.name),
                   std::to_string(rates.step), fmt::format("{:.4g}", rates.mean), percent(rates.silent),
                   percent(rates.saturated), fmt::format("{:.3g}", rates.spread)});
    }
    return table.text();
}

std::string gradients_table(const plan::network& network, const network_health& found) {
    view::table table({{"parameter"}, {"gradient (root mean square)", view::alignment::right}});
    for (const auto& one : found.gradients)
        table.row({std::string(std::string_view(network.parameters[static_cast<std::size_t>(one.parameter)].name)),
                   fmt::format("{:.3g}", one.size)});
    return table.text();
}

std::string loops_text(const loop_health& found) {
    auto text = fmt::format("loops: a disturbance grows by {:.3g} in a step, so the network is {}\n", found.gain,
                            found.is_stable() ? "stable" : "not stable");
    if (found.without_inhibition)
        text += fmt::format("with inhibition held it grows by {:.3g}: {}\n", *found.without_inhibition,
                            found.is_inhibition_stabilised() ? "inhibition-stabilised" : "not inhibition-stabilised");
    return text;
}

}  // namespace

int check_command(const plan::network& network, const check_request& request) {
    const auto& settings = request.given.values;
    if (request.given.has("--threads")) use_threads(settings.threads);
    const auto images = load_examples({request.make_data, network, settings}, data::split::train, settings.train_limit);
    const int steps = steps_of(images, request.given, settings.steps);
    require_fit(network, images);
    network_module module(network, {.device = settings.device, .seed = settings.seed});
    if (request.model) {
        module.load(*request.model);
    } else {
        initialise(module, initialisation_named(settings.initialisation), settings.seed, images, steps);
    }
    const auto found = health(module, images, steps);
    auto text = rates_table(network, found) + '\n' + gradients_table(network, found) + '\n' +
                loops_text(loops(module, images, steps)) + '\n';
    const auto faults = complaints(network, found);
    for (const auto& fault : faults) text += fault + '\n';
    if (faults.empty()) text += "every type is active and differs between images, and gradients reach all parameters\n";
    io::say(stdout, text);
    return 0;
}

}  // namespace cortexpr::application
