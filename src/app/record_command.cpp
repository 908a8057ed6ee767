// Activity of the network into a file.

#include "commands.hpp"
#include "numbers.hpp"
#include "workbench_commands.hpp"

#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/view/progress.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/record.hpp>

#include <fmt/format.h>

namespace cortexpr::application {

int record_command(const plan::network& network, const record_request& request) {
    workbench::record_options options;
    for (const auto& text : request.what) options.arrays.push_back(workbench::array_in(network, text));
    if (request.images) options.images = workbench::part_in("images#" + *request.images).where.images;
    options.perturbations = perturbations_of(network, request.perturbations);
    const auto shown = load_shown(network, request.shown);
    options.steps = shown.steps;
    options.batch_size = request.shown.given.values.batch_size;
    options.notes = {{"program", request.shown.program}, {"cortexpr", version}};
    if (!request.shown.models.empty()) options.notes["model"] = request.shown.models.front();
    view::progress bar({.plain_every = 0});
    bool has_begun = false;
    std::int64_t before = 0;
    options.progress = [&](std::int64_t done, std::int64_t all) {
        const auto batch = static_cast<std::int64_t>(options.batch_size);
        if (!std::exchange(has_begun, true)) bar.begin("record", (all + batch - 1) / batch);
        bar.advance(done - before);
        before = done;
        if (done == all) bar.end();
    };
    workbench::record_to_file(*shown.networks.front(), shown.examples, request.out, options);
    io::say(stdout, fmt::format("recorded {} {} in {}\n", grouped(before), kind_of(shown.examples), request.out));
    return 0;
}

}  // namespace cortexpr::application
