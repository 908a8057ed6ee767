#include "ask_commands.hpp"

#include "../ending.hpp"
#include "pictures.hpp"
#include "program_network.hpp"

#include <cortexpr/circuit/statistics.hpp>
#include <cortexpr/describe/declaration.hpp>
#include <cortexpr/describe/describe.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/view/circuit.hpp>
#include <cortexpr/view/connectivity.hpp>
#include <cortexpr/view/plan.hpp>
#include <cortexpr/view/summary.hpp>
#include <cortexpr/view/table.hpp>
#include <cortexpr/workbench/wiring.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace cortexpr::application {

namespace {

/// Of a picture, and not of the text that Graphviz lays out.
void say_of_wiring(const std::string& picture, const std::string& note) {
    if (!note.empty() && ending_of(picture) != ".dot") io::say(stderr, note + '\n');
}

void require_any_picture(const wiring_request& request) {
    if (request.picture.empty() && request.matrix.empty())
        throw usage_error(
            "nothing to draw; give --out FILE for the diagram, --matrix FILE for the connectivity matrix");
}

/// Of the picture of a connectome's synapses from type to type.
std::string matrix_title(const plan::connectome& network) { return fmt::format("{}: synapses by type", network.name); }

}  // namespace

int summary_command(const plan::network& network, const summary_request& request) {
    io::say(stdout, view::summary_text(network, request.steps));
    return 0;
}

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

int plan_command(const plan::network& network, const plan_request& request) {
    // First, so that a file that can't be written leaves nothing but the error.
    if (request.picture) draw_picture(*request.picture, view::plan_svg(network, request.steps));
    io::say(stdout, view::plan_text(network, request.steps));
    if (request.on_gpu) io::say(stdout, "\n" + view::gpu_text(network));
    return 0;
}

int plan_command(const plan::connectome& network, const app_options& options, const plan_request& request) {
    const connectome_module module(network, load_circuit(network, options, request.given.values));
    io::say(stdout, view::plan_text(network, module.size(), request.steps));
    return 0;
}

int wiring_command(const plan::network& network, const wiring_request& request) {
    require_any_picture(request);
    if (!request.matrix.empty())
        draw_picture(request.matrix, view::connectivity_svg(network, std::string(network.name)));
    if (request.picture.empty()) return 0;
    workbench::write_wiring(network, request.picture);
    say_of_wiring(request.picture, workbench::wiring_note(network));
    return 0;
}

int wiring_command(const plan::connectome& network, const app_options& options, const wiring_request& request) {
    require_any_picture(request);
    const auto data = load_circuit(network, options, request.given.values);
    if (!request.matrix.empty()) draw_picture(request.matrix, view::type_matrix_svg(data.graph, matrix_title(network)));
    if (request.picture.empty()) return 0;
    workbench::write_wiring(network, data.graph, request.picture);
    say_of_wiring(request.picture, workbench::wiring_note(network, data.graph));
    return 0;
}

template <class Network>
int describe_command(const Network& network, const std::string& form) {
    io::say(stdout, form == "cpp" ? describe::to_cpp(network) : describe::to_json(network).dump(2) + "\n");
    return 0;
}
template int describe_command(const plan::network&, const std::string&);
template int describe_command(const plan::connectome&, const std::string&);

}  // namespace cortexpr::application
