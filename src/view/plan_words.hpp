#pragma once
// What tables, JSON and declarations call the parts of a plan.

#include <cortexpr/plan/network.hpp>

#include <string>
#include <string_view>

namespace cortexpr::view {

inline const plan::area& area_at(const plan::network& network, int index) {
    return network.areas[static_cast<std::size_t>(index)];
}
inline const plan::neuron_type& type_at(const plan::network& network, int index) {
    return network.types[static_cast<std::size_t>(index)];
}

inline std::string_view source_name(const plan::network& network, const plan::edge& edge) {
    switch (edge.from) {
        case plan::edge::source::stimulus:
            return "stimulus";
        case plan::edge::source::top_down:
            return "top_down";
        default:
            return type_at(network, edge.presynaptic).name;
    }
}
inline std::string_view target_name(const plan::network& network, const plan::edge& edge) {
    return edge.to_output() ? "output" : type_at(network, edge.postsynaptic).name;
}

inline bool hears_feedback(const plan::area& area) { return area.feedback.channels > 0; }

inline bool is_half_density(const plan::network& network, const plan::neuron_type& type) {
    return !type.shape.same_grid(area_at(network, type.area).output);
}

inline std::string name_text(const activation_function& function) {
    return std::string(std::string_view(name_of(function)));
}

}  // namespace cortexpr::view
