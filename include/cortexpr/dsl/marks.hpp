#pragma once
// What declarations are known by, and where the rules' answer about one stands.

#include <cortexpr/compiler.hpp>

#include <type_traits>

namespace cortexpr::detail {

// What all areas, networks and connectomes derive from; found also where it is out of reach, as in
// `class V1 : area<...> {};`, and where a struct derives from two.
struct area_mark {};
struct network_mark {};
struct connectome_mark {};

/// Whether a defined type derives from declarations of one kind alone.
template <class T, class Mark>
inline constexpr bool has_only_mark = std::is_base_of_v<Mark, T>&& std::is_base_of_v<area_mark, T> +
                                          std::is_base_of_v<network_mark, T> + std::is_base_of_v<connectome_mark, T> ==
                                      1;

/// The rules of check/: `wired`, and as `type` the error of the first rule that the declaration breaks, if any. An
/// error fires as soon as it is instantiated. Defined in check/enforce.hpp. Asked by readers of a declaration's own
/// base, not by the member `wired`, whose name a user's struct may have for something else.
template <class Declaration>
struct verdict_of;

}  // namespace cortexpr::detail
