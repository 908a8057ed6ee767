#pragma once
// The least of type lists that a declaration needs: pick one by index, without recursion.

#include <cortexpr/compiler.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace cortexpr::detail {

template <class T>
struct type_box {
    using type = T;
};

template <std::size_t Index, class T>
struct type_leaf {};

template <class Indices, class... Ts>
struct type_leaves;
template <std::size_t... Indices, class... Ts>
struct type_leaves<std::index_sequence<Indices...>, Ts...> : type_leaf<Indices, Ts>... {};

template <std::size_t Index, class T>
type_box<T> leaf_at(const type_leaf<Index, T>*);

/// The type at Index of the pack; an index outside of it is a substitution failure.
template <std::size_t Index, class... Ts>
using type_at =
    typename decltype(leaf_at<Index>(static_cast<type_leaves<std::index_sequence_for<Ts...>, Ts...>*>(nullptr)))::type;

template <class T>
concept Complete = requires {
    sizeof(T);
};

}  // namespace cortexpr::detail
