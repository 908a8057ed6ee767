// Activity of the network into a file.

#include "interrupt.hpp"
#include "numbers.hpp"
#include "program_network.hpp"
#include "run_folder.hpp"
#include "settings_table.hpp"
#include "version.hpp"
#include "workbench_commands.hpp"

#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/view/progress.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/record.hpp>

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>

namespace cortexpr::application {

int record_command(program_network& network, const record_request& request) {
    require_no_start(request.shown.given, !request.shown.models.empty());
    workbench::record_options options;
    if (request.images) options.images = workbench::images_in(*request.images);
    require_writable(request.out);
    const auto shown = load_shown(network, request.shown, [&](const workbench::any_network& opened) {
        for (const auto& text : request.what) options.arrays.push_back(workbench::array_in(opened, text));
        options.perturbations = perturbations_of(opened, request.perturbations);
    });
    options.steps = shown.steps;
    options.batch_size = request.shown.given.values.batch_size;
    options.notes = {{"program", request.shown.program}, {"cortexpr", version}};
    if (!request.shown.models.empty()) options.notes["model"] = request.shown.models.front();
    for (const auto& row : settings_table()) {
        if (!row.is_of_circuit || !row.is_file) continue;
        const auto& name = request.shown.given.values.*std::get<std::string run_settings::*>(row.where);
        if (!name.empty()) options.notes[std::string(row.option).substr(2)] = name;
    }
    const auto images =
        options.images.empty() ? shown.examples.count : static_cast<std::int64_t>(options.images.size());
    view::progress bar({.unit = kind_of(shown.examples), .plain_every = 0});
    bar.begin("record", (images + options.batch_size - 1) / options.batch_size);
    std::int64_t before = 0;
    options.progress = [&](std::int64_t done, std::int64_t) { bar.advance(done - std::exchange(before, done)); };
    const interrupt_guard guard;
    try {
        const computation_guard ended_by_signals;
        workbench::record_to_file(shown.probed.front(), shown.examples, request.out, options);
    } catch (const interrupted&) {
        io::say(stderr, "interrupted: nothing was recorded\n");
        return interrupted_status + interrupt_guard::signal();
    }
    bar.end();
    io::say(stdout, fmt::format("recorded {} {} in {}\n", grouped(images), kind_of(shown.examples), request.out));
    return 0;
}

}  // namespace cortexpr::application
