#pragma once
// What the parts of a plan are called; and parts by their names at run time, as module/names.hpp does by types.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/network.hpp>

#include <string>
#include <string_view>

namespace cortexpr::plan {

/// The area of that index; no check of bounds.
constexpr const area& area_at(const network& network, int index) {
    return network.areas[static_cast<std::size_t>(index)];
}
/// The neuron type of that index; no check of bounds.
constexpr const neuron_type& type_at(const network& network, int index) {
    return network.types[static_cast<std::size_t>(index)];
}

/// "stimulus", "top_down" or a neuron type's name.
constexpr std::string_view source_name(const network& network, const edge& edge) {
    switch (edge.from) {
        case edge::source::stimulus:
            return "stimulus";
        case edge::source::top_down:
            return "top_down";
        default:
            return type_at(network, edge.presynaptic).name;
    }
}
/// The class of its row: of an area's input, of its feedback, or of a neuron type.
constexpr neuron_class source_class(const network& network, const edge& edge) {
    switch (edge.from) {
        case edge::source::stimulus:
            return area_at(network, edge.area).input_class;
        case edge::source::top_down:
            return area_at(network, edge.area).feedback_class;
        default:
            return type_at(network, edge.presynaptic).kind;
    }
}
/// "output" or a neuron type's name.
constexpr std::string_view target_name(const network& network, const edge& edge) {
    return edge.to_output() ? "output" : type_at(network, edge.postsynaptic).name;
}

/// Whether an area has a row `top_down`.
constexpr bool hears_feedback(const area& area) { return area.feedback.channels > 0; }

/// Whether a type lives on the ceil(H/2) x ceil(W/2) grid of its area.
constexpr bool is_half_density(const network& network, const neuron_type& type) {
    return !type.shape.same_grid(area_at(network, type.area).output);
}

// Full names, as the functions below take them.

/// "V1.E"
std::string full_name(const network& network, const neuron_type& type);
/// "V1.E->I", "V1.stimulus->E", "V1.E->output"
std::string full_name(const network& network, const edge& edge);
/// "V2->V1"
std::string full_name(const network& network, const feedback_edge& edge);

// Indices by name, for what a user types. All throw usage_error where nothing has the name, and say the nearest name,
// or where several have it, and say their full names.

/// An area: "V1".
int find_area(const network& network, std::string_view name);
/// A neuron type: "V1.E", or "E" where only one area has a type of that name.
int find_type(const network& network, std::string_view name);
/// An edge: "V1.E->I", "V1.stimulus->E", "V1.top_down->E" or "V1.feedback->E", "V1.E->output". The area may be left out
/// where that says enough ("E->I"), and may stand at both ends ("V1.E->V1.I").
int find_edge(const network& network, std::string_view name);
/// A feedback edge, between areas: "V2->V1".
int find_feedback(const network& network, std::string_view name);
/// A parameter: "weight_of(V1.E->I)", "bias_of(V1.E->I)", "tau_of(V1.E)", with edges, feedback edges and neuron types
/// named as above; or by its state-dict name, "rnn.areas.0.tau.1".
int find_parameter(const network& network, std::string_view name);

}  // namespace cortexpr::plan
