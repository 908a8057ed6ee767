#pragma once
// What declarations are known by, also where a struct derives from one privately, or from two.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/type_list.hpp>

#include <type_traits>

namespace cortexpr::detail {

// What all areas, networks and connectomes derive from; found also where it is out of reach, as in
// `class V1 : area<...> {};`, and where a struct derives from two.
struct area_mark {};
struct network_mark {};
struct connectome_mark {};

/// Whether a type is defined and derives from declarations of one kind alone.
template <class T, class Mark>
concept IsOnly = Complete<T> && std::is_base_of_v<Mark, T> &&
    (std::is_base_of_v<area_mark, T> + std::is_base_of_v<network_mark, T> + std::is_base_of_v<connectome_mark, T> == 1);

// An area<...>, network<...> or connectome<...>, or a struct derived from one; its base is within reach, and there
// once.
template <class T>
concept DeclaresArea = IsOnly<T, area_mark> && requires {
    typename T::area_parts;
};
template <class T>
concept DeclaresNetwork = IsOnly<T, network_mark> && requires {
    typename T::network_parts;
};
template <class T>
concept DeclaresConnectome = IsOnly<T, connectome_mark> && requires {
    typename T::connectome_parts;
};

// One that broke a rule: it has said so, and what is built on it adds nothing.
template <class T>
concept IsRefusedArea = DeclaresArea<T> && !T::area_parts::verdict::wired;
template <class T>
concept IsRefusedNetwork = (DeclaresNetwork<T> && !T::network_parts::verdict::wired) ||
                           (DeclaresConnectome<T> && !T::connectome_parts::verdict::wired);

}  // namespace cortexpr::detail
