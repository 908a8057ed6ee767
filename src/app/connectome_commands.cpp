// `summary` and `plan` of a connectome: what is declared, what the files hold, and what that makes a run compute.

#include "commands.hpp"
#include "pictures.hpp"
#include "program_network.hpp"

#include <cortexpr/circuit/statistics.hpp>
#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/view/circuit.hpp>
#include <cortexpr/view/plan.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>

namespace cortexpr::application {

int summary_command(const plan::connectome& network, const app_options& options, const summary_request& request) {
    circuit::report found;
    const auto circuit = load_circuit(network, options, request.given.values, &found).graph;
    // First, so that a file that can't be written leaves nothing but the error.
    if (request.matrix) draw_picture(*request.matrix, view::type_matrix_svg(circuit, matrix_title(network)));
    if (request.degrees)
        draw_picture(*request.degrees, view::degrees_svg(circuit, fmt::format("{}: degrees", network.name)));
    std::vector<view::table_column> columns;
    for (auto& name : circuit::type_row_titles())
        columns.push_back({name, columns.size() < 2 ? view::alignment::left : view::alignment::right});
    view::table types(std::move(columns));
    for (auto& row : circuit::type_rows(circuit)) types.row(std::move(row));
    auto text = fmt::format("{}\n\n{}\n{}\n", network.name, types.text(), circuit::text_of(circuit));
    if (options.make_circuit == nullptr) text += circuit::text_of(found) + '\n';
    io::say(stdout, text);
    return 0;
}

int plan_command(const plan::connectome& network, const app_options& options, const plan_request& request) {
    const connectome_module module(network, load_circuit(network, options, request.given.values));
    io::say(stdout, view::plan_text(network, module.size(), request.steps));
    return 0;
}

}  // namespace cortexpr::application
