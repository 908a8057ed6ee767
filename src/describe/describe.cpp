#include <cortexpr/describe/describe.hpp>

#include <cortexpr/plan/names.hpp>

#include <nlohmann/json.hpp>

namespace cortexpr::describe {

namespace {

using json = nlohmann::ordered_json;

json described(const activation_function& function) {
    if (function.is_custom()) return {{"custom", function.custom->name}};
    json names = json::array();
    for (const activation member : function.members)
        if (member != activation::none) names.push_back(name_of(member));
    return names;
}

json described(extent extent) { return json::array({extent.height, extent.width}); }

json described(const tau_start& start) {
    switch (start.from) {
        case tau_start::source::uniform:
            return {{"uniform", {start.first, start.second}}};
        case tau_start::source::normal:
            return {{"normal", {start.first, start.second}}};
        default:
            return start.first;
    }
}

json described(const plan::network& network, const plan::neuron_type& type) {
    return {{"name", type.name},
            {"class", name_of(type.kind)},
            {"subtypes", type.shape.channels},
            {"density", is_half_density(network, type) ? "half" : "full"},
            {"nonlinearity", described(type.nonlinearity)},
            {"signed_rates", type.signed_rates},
            {"tau", {{"mode", name_of(type.tau)}, {"initial", described(type.initial_tau)}}},
            {"initial_state", name_of(type.initial_state)}};
}

json described(const plan::network& network, const plan::edge& edge) {
    return {{"from", source_name(network, edge)},
            {"to", target_name(network, edge)},
            {"extent", described(edge.extent)},
            {"groups", edge.groups},
            {"bias", edge.bias >= 0},
            {"nonlinearity", described(edge.nonlinearity)}};
}

json described(const plan::network& network, const plan::area& area) {
    json types = json::array(), edges = json::array();
    for (const auto& type : network.types_of(area)) types.push_back(described(network, type));
    for (const auto& edge : network.edges_of(area)) edges.push_back(described(network, edge));
    json feedback = nullptr;
    if (hears_feedback(area))
        feedback = {{"channels", area.feedback.channels},
                    {"class", name_of(area.feedback_class)},
                    {"initial", name_of(area.initial_feedback)}};
    return {{"name", area.name},
            {"input",
             {{"channels", area.input.channels},
              {"size", {area.input.height, area.input.width}},
              {"class", name_of(area.input_class)}}},
            {"feedback", std::move(feedback)},
            {"neuron_types", std::move(types)},
            {"edges", std::move(edges)},
            {"output",
             {{"channels", area.output.channels},
              {"nonlinearity", described(area.output_nonlinearity)},
              {"initial", name_of(area.initial_output)}}}};
}

json described(const plan::network& network, const plan::feedback_edge& edge) {
    return {{"from", area_at(network, edge.from).name},
            {"to", area_at(network, edge.to).name},
            {"extent", described(edge.extent)},
            {"bias", edge.bias >= 0},
            {"nonlinearity", described(edge.nonlinearity)}};
}

json described(const plan::readout& head) {
    return {{head.is_regressor ? "targets" : "classes", head.classes},
            {"hidden", head.hidden},
            {"dropout", head.dropout},
            {"pool", name_of(head.pool)},
            {"pool_size", {head.pool_height, head.pool_width}}};
}

json described(const plan::cell_type& type) {
    json tau = nullptr;
    if (type.has_tau)
        tau = {{"mode", type.tau == tau_mode::per_type ? "per_type" : "per_neuron"},
               {"initial", described(type.initial_tau)}};
    return {{"name", type.name},
            {"class", name_of(type.kind)},
            {"nonlinearity", described(type.nonlinearity)},
            {"rectified", type.rectified},
            {"signed_rates", type.signed_rates},
            {"tau", std::move(tau)},
            {"bias", {{"mode", name_of(type.bias)}, {"initial", type.initial_bias}}},
            {"initial_state", name_of(type.initial_state)}};
}

json described(const plan::connectome& network, const plan::projection& part) {
    constexpr std::string_view kinds[]{"one_to_one", "dense", "sparse"};
    json types = "all_cells";
    if (!part.types.empty()) {
        types = json::array();
        for (const int type : part.types) types.push_back(network.types[static_cast<std::size_t>(type)].name);
    }
    return {{"kind", kinds[static_cast<int>(part.kind)]},
            {"size", part.size > 0 ? json(part.size) : json(nullptr)},
            {"cell_types", std::move(types)},
            {"bias", part.bias}};
}

}  // namespace

json to_json(const plan::connectome& network) {
    json types = json::array(), synapses = "as_in_the_file", readout = nullptr;
    for (const auto& type : network.types) types.push_back(described(type));
    if (!network.any_synapses) {
        synapses = json::array();
        for (const auto& pair : network.connections)
            synapses.push_back({{"from", network.types[static_cast<std::size_t>(pair.presynaptic)].name},
                                {"to", network.types[static_cast<std::size_t>(pair.postsynaptic)].name}});
    }
    if (network.has_readout())
        readout = {{network.is_regressor() ? "targets" : "classes", network.readout.classes},
                   {"hidden", network.readout.hidden},
                   {"dropout", network.readout.dropout}};
    return {{"name", network.name},
            {"kind", network.is_regressor()  ? "regressor"
                     : network.has_readout() ? "classifier"
                                             : "connectome"},
            {"cell_types", std::move(types)},
            {"synapses", std::move(synapses)},
            {"weights", name_of(network.weights)},
            {"stimulus", described(network, network.stimulus)},
            {"output", described(network, network.output)},
            {"readout", std::move(readout)}};
}

json to_json(const plan::network& network) {
    json areas = json::array(), feedback = json::array();
    for (const auto& area : network.areas) areas.push_back(described(network, area));
    for (const auto& edge : network.feedback) feedback.push_back(described(network, edge));
    return {{"name", network.name},
            {"kind", network.is_regressor()  ? "regressor"
                     : network.has_readout() ? "classifier"
                                             : "network"},
            {"areas", std::move(areas)},
            {"pool", name_of(network.pool)},
            {"area_delay", network.area_delay},
            {"feedback", std::move(feedback)},
            {"readout", network.has_readout() ? described(network.readout) : json(nullptr)},
            {"reference", reference_arguments(network)}};
}

}  // namespace cortexpr::describe
