#pragma once
// From a diagnosis to one error with the user's types in it, or to none; and the same question asked without firing.

#include <cortexpr/check/area.hpp>
#include <cortexpr/check/errors.hpp>
#include <cortexpr/check/network.hpp>

namespace cortexpr {

namespace detail {

struct nothing_wrong {};

/// The target of a column: a neuron type or the output part.
template <class Reader, int Column>
consteval auto postsynaptic() {
    if constexpr (Column < static_cast<int>(Reader::declaration.types.size())) {
        return type_box<typename Reader::template neuron_type_at<Column>>{};
    } else {
        return type_box<typename Reader::output_part>{};
    }
}
template <class Reader, int Column>
using postsynaptic_at = typename decltype(postsynaptic<Reader, Column>())::type;

template <class Reader, diagnosis Found>
consteval auto area_verdict() {
    using namespace errors;
    constexpr auto n = Found.numbers;
    if constexpr (Found.broken == rule::not_a_neuron_type) {
        return N01_not_a_neuron_type<typename Reader::template neuron_type_at<n[0]>>{};
    } else if constexpr (Found.broken == rule::receives_nothing) {
        return A07_receives_nothing<typename Reader::template neuron_type_at<n[0]>>{};
    } else if constexpr (Found.broken == rule::groups) {
        constexpr auto& cell = Reader::declaration.rows[n[0]].cells[n[1]];
        return E02_groups<typename Reader::template presynaptic_at<n[0]>, postsynaptic_at<Reader, n[1]>,
                          cell.with.groups, n[2], n[3]>{};
    } else {
        return nothing_wrong{};
    }
}

template <class Reader, diagnosis Found>
consteval auto network_verdict() {
    return nothing_wrong{};
}

template <class Reader, diagnosis Found>
consteval auto classifier_verdict() {
    using namespace errors;
    if constexpr (Found.broken == rule::few_classes) {
        return C02_few_classes<Found.numbers[0]>{};
    } else {
        return nothing_wrong{};
    }
}

template <class... Parts>
struct enforce<area<Parts...>> {
    static constexpr diagnosis found = check::diagnose(area_reader<Parts...>::declaration);
    static constexpr bool wired = found.ok();
    static_assert(sizeof(area_verdict<area_reader<Parts...>, found>()) > 0);
};

template <class... Parts>
struct enforce<network<Parts...>> {
    static constexpr diagnosis found = check::diagnose(network_reader<Parts...>::declaration);
    static constexpr bool wired = found.ok() && network_reader<Parts...>::declaration.areas_wired;
    static_assert(sizeof(network_verdict<network_reader<Parts...>, found>()) > 0);
};

template <class Network, class... Parts>
struct enforce<classifier<Network, Parts...>> {
    static constexpr diagnosis found = check::diagnose(classifier_reader<Network, Parts...>::declaration);
    static constexpr bool wired = found.ok() && classifier_reader<Network, Parts...>::declaration.network_wired;
    static_assert(sizeof(classifier_verdict<classifier_reader<Network, Parts...>, found>()) > 0);
};

template <class Declaration>
inline constexpr diagnosis diagnosis_of{};
template <class... Parts>
inline constexpr diagnosis diagnosis_of<area<Parts...>> = check::diagnose(area_reader<Parts...>::declaration);
template <class... Parts>
inline constexpr diagnosis diagnosis_of<network<Parts...>> = check::diagnose(network_reader<Parts...>::declaration);
template <class Network, class... Parts>
inline constexpr diagnosis diagnosis_of<classifier<Network, Parts...>> =
    check::diagnose(classifier_reader<Network, Parts...>::declaration);

}  // namespace detail

/// The rule that a declaration breaks first, or rule::none, asked without firing an error. Give it the template itself,
/// not a struct derived from it: `broken_rule<area<input<...>, ...>> == rule::groups`.
template <class Declaration>
inline constexpr rule broken_rule = detail::diagnosis_of<Declaration>.broken;

/// Whether a declaration keeps all rules, asked without firing an error: `static_assert(!wirable<area<...>>)`.
template <class Declaration>
inline constexpr bool wirable = broken_rule<Declaration> == rule::none;

}  // namespace cortexpr
