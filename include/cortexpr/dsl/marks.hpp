#pragma once
// What declarations are known by, also where a struct derives from one privately, or from two.

#include <cortexpr/compiler.hpp>

#include <type_traits>

namespace cortexpr::detail {

// What all areas, networks and connectomes derive from; found also where it is out of reach, as in
// `class V1 : area<...> {};`, and where a struct derives from two.
struct area_mark {};
struct network_mark {};
struct connectome_mark {};

template <class T>
inline constexpr int marks_of =
    std::is_base_of_v<area_mark, T> + std::is_base_of_v<network_mark, T> + std::is_base_of_v<connectome_mark, T>;
/// Whether a defined type derives from declarations of one kind alone.
template <class T, class Mark>
concept HasOnlyMark = std::is_base_of_v<Mark, T> && marks_of<T>
== 1;

}  // namespace cortexpr::detail
