#pragma once
// Whether two plans declare the same network, compared at compile time, member by member.

#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/network.hpp>

#include <string_view>

namespace view_test {

namespace plan = cortexpr::plan;

constexpr bool same(cortexpr::extent a, cortexpr::extent b) { return a.height == b.height && a.width == b.width; }

/// A user's nonlinearity is another type where it is defined again: its name is compared.
constexpr bool same(const cortexpr::activation_function& a, const cortexpr::activation_function& b) {
    if ((a.custom != nullptr) != (b.custom != nullptr)) return false;
    return a.custom != nullptr ? a.custom->name == b.custom->name : a == b;
}
constexpr bool same(const plan::area& a, const plan::area& b) {
    return a.name == b.name && a.input == b.input && a.output == b.output && a.feedback == b.feedback &&
           same(a.output_nonlinearity, b.output_nonlinearity) && a.initial_output == b.initial_output &&
           a.initial_feedback == b.initial_feedback && a.input_class == b.input_class &&
           a.feedback_class == b.feedback_class && a.types == b.types && a.edges == b.edges;
}
constexpr bool same(const plan::neuron_type& a, const plan::neuron_type& b) {
    return a.name == b.name && a.area == b.area && a.kind == b.kind && a.shape == b.shape &&
           same(a.nonlinearity, b.nonlinearity) && a.tau == b.tau && a.initial_tau == b.initial_tau &&
           a.initial_state == b.initial_state && a.signed_rates == b.signed_rates;
}
constexpr bool same(const plan::edge& a, const plan::edge& b) {
    return a.area == b.area && a.row == b.row && a.column == b.column && a.from == b.from &&
           a.presynaptic == b.presynaptic && a.postsynaptic == b.postsynaptic && a.input == b.input &&
           a.output == b.output && same(a.extent, b.extent) && a.groups == b.groups && a.stride == b.stride &&
           a.upsample == b.upsample && same(a.nonlinearity, b.nonlinearity) && a.sign == b.sign &&
           a.non_negative == b.non_negative && a.weight == b.weight && a.bias == b.bias;
}
constexpr bool same(const plan::feedback_edge& a, const plan::feedback_edge& b) {
    return a.from == b.from && a.to == b.to && a.input == b.input && a.output == b.output && same(a.extent, b.extent) &&
           same(a.nonlinearity, b.nonlinearity) && a.weight == b.weight && a.bias == b.bias;
}
constexpr bool same(const plan::parameter& a, const plan::parameter& b) {
    return std::string_view(a.name) == std::string_view(b.name) && a.is == b.is && a.constraint == b.constraint &&
           a.shape == b.shape;
}
constexpr bool same(const plan::readout& a, const plan::readout& b) {
    return a.classes == b.classes && a.hidden == b.hidden && a.dropout == b.dropout && a.pool == b.pool &&
           a.pool_height == b.pool_height && a.pool_width == b.pool_width && a.is_regressor == b.is_regressor;
}
constexpr bool same(const plan::cell_type& a, const plan::cell_type& b) {
    return a.name == b.name && a.kind == b.kind && same(a.nonlinearity, b.nonlinearity) && a.has_tau == b.has_tau &&
           a.tau == b.tau && a.initial_tau == b.initial_tau && a.bias == b.bias && a.initial_bias == b.initial_bias &&
           a.initial_state == b.initial_state && a.rectified == b.rectified && a.signed_rates == b.signed_rates;
}
constexpr bool same(int a, int b) { return a == b; }
constexpr bool same(const cortexpr::type_pair& a, const cortexpr::type_pair& b) { return a == b; }

template <class Range>
constexpr bool all_same(const Range& a, const Range& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!same(a[i], b[i])) return false;
    return true;
}
constexpr bool same(const plan::projection& a, const plan::projection& b) {
    return a.kind == b.kind && a.size == b.size && a.bias == b.bias && all_same(a.types, b.types);
}
constexpr bool same_plan(const plan::connectome& a, const plan::connectome& b) {
    return a.name == b.name && all_same(a.types, b.types) && a.any_synapses == b.any_synapses &&
           all_same(a.connections, b.connections) && same(a.stimulus, b.stimulus) && same(a.output, b.output) &&
           a.weights == b.weights && same(a.readout, b.readout);
}
constexpr bool same_plan(const plan::network& a, const plan::network& b) {
    return a.name == b.name && a.pool == b.pool && a.area_delay == b.area_delay && all_same(a.areas, b.areas) &&
           all_same(a.types, b.types) && all_same(a.edges, b.edges) && all_same(a.feedback, b.feedback) &&
           all_same(a.parameters, b.parameters) && same(a.readout, b.readout);
}

}  // namespace view_test
