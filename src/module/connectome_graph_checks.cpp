#include "connectome_graph_checks.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace cortexpr {

namespace {

using plan::index;

std::string shown_cell(const circuit::graph& graph, std::int32_t cell) {
    const auto& ids = graph.neurons.ids;
    return ids.empty() ? fmt::format("cell {}", cell) : fmt::format("cell {}", ids[index(cell)]);
}

void require_sound_graph(const plan::connectome& plan, const circuit::graph& graph) {
    const auto& [neurons, synapses] = graph;
    if (!neurons.classes.empty() && neurons.classes.size() != neurons.size())
        throw usage_error(
            fmt::format("the graph has {} cells, but {} classes of cells", neurons.size(), neurons.classes.size()));
    if (neurons.size() == 0) throw usage_error(fmt::format("{} is given a graph without cells", plan.name));
    const auto is_cell = [&](std::int32_t cell) { return cell >= 0 && index(cell) < neurons.size(); };
    if (synapses.presynaptic.size() != synapses.size() || synapses.postsynaptic.size() != synapses.size() ||
        !std::ranges::all_of(synapses.presynaptic, is_cell) || !std::ranges::all_of(synapses.postsynaptic, is_cell))
        throw usage_error(
            fmt::format("the synapses of the graph name cells that it doesn't have: there are {}", neurons.size()));
    for (std::size_t k = 0; k < synapses.size(); ++k)
        if (!std::isfinite(synapses.weights[k]))
            throw usage_error(fmt::format("the weight of the synapse from {} onto {} is infinite or NaN",
                                          shown_cell(graph, synapses.presynaptic[k]),
                                          shown_cell(graph, synapses.postsynaptic[k])));
}

/// The plan's number of each type that the graph names.
std::vector<std::int32_t> planned_types(const plan::connectome& plan, const circuit::graph& graph) {
    std::vector<std::int32_t> planned;
    for (const auto& name : graph.neurons.type_names) {
        const auto found = std::ranges::find(plan.types, name, &plan::cell_type::name);
        if (found == plan.types.end())
            throw usage_error(
                fmt::format("the graph has cells of a type {}, which {} doesn't declare", name, plan.name));
        planned.push_back(static_cast<std::int32_t>(found - plan.types.begin()));
    }
    return planned;
}

/// The type's, or of a hybrid type that which the graph says.
neuron_class class_of(const circuit::graph& graph, std::size_t cell, const plan::cell_type& type) {
    const auto& classes = graph.neurons.classes;
    if (classes.empty()) return type.kind;
    if (type.kind == neuron_class::hybrid) return classes[cell];
    if (classes[cell] != type.kind && classes[cell] != neuron_class::hybrid)
        throw usage_error(
            fmt::format("{} is {} in the graph, but its type {} is declared {}; declare the type as {} "
                        "or hybrid, or leave the classes out of the graph",
                        shown_cell(graph, static_cast<std::int32_t>(cell)), name_of(classes[cell]), type.name,
                        name_of(type.kind), name_of(classes[cell])));
    return type.kind;
}

void require_declared_connections(const plan::connectome& plan, const circuit::graph& graph,
                                  const std::vector<std::int32_t>& types_of_cells) {
    if (plan.any_synapses) return;
    const auto types = plan.types.size();
    std::vector<bool> is_declared(types * types);
    for (const auto& pair : plan.connections)
        is_declared[index(pair.presynaptic) * types + index(pair.postsynaptic)] = true;
    for (std::size_t k = 0; k < graph.synapses.size(); ++k) {
        const type_pair pair{types_of_cells[index(graph.synapses.presynaptic[k])],
                             types_of_cells[index(graph.synapses.postsynaptic[k])]};
        if (is_declared[index(pair.presynaptic) * types + index(pair.postsynaptic)]) continue;
        throw usage_error(fmt::format(
            "the graph has a synapse from {} ({}) onto {} ({}), but {} declares none between these types; add "
            "projects<{}, {}>",
            shown_cell(graph, graph.synapses.presynaptic[k]), plan.types[index(pair.presynaptic)].name,
            shown_cell(graph, graph.synapses.postsynaptic[k]), plan.types[index(pair.postsynaptic)].name, plan.name,
            plan.types[index(pair.presynaptic)].name, plan.types[index(pair.postsynaptic)].name));
    }
}

/// \throws usage_error  a weight that would turn the sign of its cell
void require_signs_of_classes(const circuit::graph& graph, const std::vector<neuron_class>& classes) {
    const auto& synapses = graph.synapses;
    for (std::size_t k = 0; k < synapses.size(); ++k)
        if (classes[index(synapses.presynaptic[k])] != neuron_class::hybrid && synapses.weights[k] < 0)
            throw usage_error(fmt::format(
                "the synapse from {} onto {} has weight {}, but the sign is that of the presynaptic cell's class; "
                "give what is not negative, or make the type hybrid_cells",
                shown_cell(graph, synapses.presynaptic[k]), shown_cell(graph, synapses.postsynaptic[k]),
                synapses.weights[k]));
}

}  // namespace

checked_cell_list checked_cells(const plan::connectome& plan, const circuit::graph& graph) {
    require_sound_graph(plan, graph);
    const auto planned = planned_types(plan, graph);
    checked_cell_list cells;
    std::vector<bool> has_cells(plan.types.size());
    for (const auto type : graph.neurons.types) {
        if (type < 0 || index(type) >= planned.size())
            throw usage_error(fmt::format("a cell of the graph has type number {}, but there are {} names of types",
                                          type, planned.size()));
        cells.types.push_back(planned[index(type)]);
        has_cells[index(cells.types.back())] = true;
    }
    if (const auto empty = std::ranges::find(has_cells, false); empty != has_cells.end())
        throw usage_error(fmt::format("the graph has no cell of type {}",
                                      plan.types[static_cast<std::size_t>(empty - has_cells.begin())].name));
    for (std::size_t cell = 0; cell < cells.types.size(); ++cell)
        cells.classes.push_back(class_of(graph, cell, plan.types[index(cells.types[cell])]));
    require_declared_connections(plan, graph, cells.types);
    require_signs_of_classes(graph, cells.classes);
    return cells;
}

void require_finite_totals(const circuit::graph& graph, const std::vector<double>& total) {
    for (std::size_t cell = 0; cell < total.size(); ++cell)
        if (!std::isfinite(total[cell]))
            throw usage_error(fmt::format("the weights onto {} sum up to more than a number holds",
                                          shown_cell(graph, static_cast<std::int32_t>(cell))));
}

void require_sound_projection(const plan::connectome& plan, const circuit::projection& given,
                              const laid_projection& laid, std::size_t cells, circuit::expected_projection::end which) {
    const std::string_view part = which == circuit::expected_projection::end::stimulus ? "stimulus" : "output";
    if (given.size() == 0)
        throw usage_error(
            fmt::format("{} declares a sparse {}, but is given no synapses for it; name their file in {}_synapses, "
                        "or fill connectome_data::{}",
                        plan.name, part, part, part));
    std::vector<bool> takes_part(cells);
    for (const auto cell : laid.cells) takes_part[index(cell)] = true;
    for (std::size_t k = 0; k < given.size(); ++k) {
        const auto cell = given.cells[k], channel = given.channels[k];
        if (cell < 0 || index(cell) >= cells || !takes_part[index(cell)])
            throw usage_error(
                fmt::format("entry {} of the {} projection names cell {}, which is none of the types "
                            "that it is declared for",
                            k, part, cell));
        if (channel < 0 || channel >= laid.size)
            throw usage_error(fmt::format("entry {} of the {} projection names channel {}, but {} declares {} (from 0)",
                                          k, part, channel, plan.name, laid.size));
        if (!std::isfinite(given.weights[k]))
            throw usage_error(
                fmt::format("entry {} of the {} projection has a weight that is infinite or NaN", k, part));
    }
}

}  // namespace cortexpr
