#pragma once
// The rules of an area's neuron types.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/nonlinearity.hpp>
#include <cortexpr/dsl/area.hpp>

#include <limits>

namespace cortexpr::check {

/// Whether the rates of a neuron or cell type only inhibit.
template <class Type>
constexpr bool only_inhibits(const Type& type) {
    return type.kind == neuron_class::inhibitory && !type.signed_rates;
}

/// Whether parameters, which are float32, can start from it. False for NaN, too.
constexpr bool is_finite(double value) {
    using float_limits = std::numeric_limits<float>;
    return value >= static_cast<double>(float_limits::lowest()) && value <= static_cast<double>((float_limits::max)());
}

/// What time constants start from.
constexpr rule broken_by(const tau_start& start) {
    if (!is_finite(start.first) || start.first < 1.0) return rule::initial_tau;
    if (!is_finite(start.second)) return rule::initial_tau_draw;
    if (start.from == tau_start::source::uniform && start.second < start.first) return rule::initial_tau_draw;
    if (start.from == tau_start::source::normal && start.second < 0) return rule::initial_tau_draw;
    return rule::none;
}

/// What one neuron type says of itself.
constexpr rule broken_by(const neuron_declaration& type) {
    if (!type.is_complete) return rule::incomplete_neuron_type;
    if (!type.inherits) return rule::neuron_type_inheritance;
    if (!type.is_neuron_type) return rule::not_a_neuron_type;
    if (!type.is_derived) return rule::underived_neuron_type;
    if (!is_count(type.subtypes)) return rule::subtypes;
    if (type.unknown_option >= 0) return rule::unknown_neuron_option;
    if (type.repeated_option >= 0) return rule::repeated_neuron_option;
    if (const rule broken = broken_by(type.initial_tau); broken != rule::none) return broken;
    if (const rule broken = broken_by(type.nonlinearity); broken != rule::none) return broken;
    if (type.kind == neuron_class::hybrid && type.signed_rates) return rule::superfluous_signed_rates;
    if (type.kind != neuron_class::hybrid && !type.signed_rates) {
        if (can_be_negative(type.nonlinearity)) return rule::negative_nonlinearity;
        if (type.initial_state == fill::normal) return rule::negative_initial_state;
    }
    return rule::none;
}

/// The types one by one, then among each other. The diagnosis names their indices.
constexpr diagnosis diagnose_types(const area_declaration& area) {
    const auto& types = area.types;
    if (types.empty()) return found(rule::no_neuron_types, place::declaration);
    for (std::size_t i = 0; i < types.size(); ++i) {
        const rule broken = broken_by(types[i]);
        if (broken != rule::none) return found(broken, place::neuron_type, i);
        const int first = area.first_same_type[i];
        if (static_cast<std::size_t>(first) != i) return found(rule::repeated_neuron_type, place::neuron_type, i);
        for (std::size_t earlier = 0; earlier < i; ++earlier)
            if (area.type_names[earlier] == area.type_names[i])
                return found(rule::repeated_neuron_name, place::neuron_type, earlier, i);
        if (types[i].half_density && (area.height < 2 || area.width < 2))
            return found(rule::half_density, place::neuron_type, i);
    }
    return {};
}

}  // namespace cortexpr::check
