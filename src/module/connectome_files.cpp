#include <cortexpr/module/connectome_files.hpp>

#include "../circuit/known_cells.hpp"

#include <fmt/format.h>

#include <string>

namespace cortexpr {

namespace {

using end = circuit::expected_projection::end;

circuit::projection load_declared(const plan::connectome& plan, const circuit::files& files,
                                  const circuit::graph& graph, const circuit::known_cells& cells,
                                  circuit::report& found, end which) {
    const bool is_stimulus = which == end::stimulus;
    const auto& file = is_stimulus ? files.stimulus_synapses : files.output_synapses;
    const auto& declared = is_stimulus ? plan.stimulus : plan.output;
    if (file.empty()) return {};
    if (declared.kind != projection_kind::sparse)
        throw usage_error(
            fmt::format("{}: {} declares no sparse {}; write {} in its declaration, or leave the file out",
                        file.string(), plan.name, is_stimulus ? "stimulus" : "output",
                        is_stimulus ? "sparse_stimulus_to<...>" : "sparse_output_from<...>"));
    const auto types = declared.types;
    return circuit::load_projection(files, graph,
                                    {.is = which,
                                     .channels = declared.size,
                                     .types = {types.begin(), types.end()},
                                     .is_renumbered = !cells.are_rows_neurons()},
                                    cells, found);
}

}  // namespace

connectome_data load_connectome(const plan::connectome& plan, const circuit::files& files, circuit::report* found) {
    circuit::expectation expected;
    for (const auto& type : plan.types) expected.types.push_back({std::string(type.name), type.kind});
    if (!plan.any_synapses) {
        expected.pairs.emplace();
        for (const auto& pair : plan.connections) expected.pairs->push_back({pair.presynaptic, pair.postsynaptic});
    }
    circuit::report own;
    auto& report = found != nullptr ? *found : own;
    circuit::known_cells cells;
    connectome_data data{.graph = circuit::load(files, expected, report, cells)};
    data.stimulus = load_declared(plan, files, data.graph, cells, report, end::stimulus);
    data.output = load_declared(plan, files, data.graph, cells, report, end::output);
    return data;
}

}  // namespace cortexpr
