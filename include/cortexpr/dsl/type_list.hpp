#pragma once
// The least of type lists that a declaration needs: pick one by index, without recursion.

#include <cortexpr/compiler.hpp>

#include <cstddef>
#include <initializer_list>
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

/// Index of T among Types, or of the first T, or -1.
template <class T, class... Types>
consteval int index_among() {
    constexpr bool same[]{std::is_same_v<T, Types>..., false};  // no fold: compilers limit how deep those may be
    for (int i = 0; i < static_cast<int>(sizeof...(Types)); ++i)
        if (same[i]) return i;
    return -1;
}

/// Index of the first that is true, or their number.
consteval std::size_t first_true(std::initializer_list<bool> values) {
    std::size_t index = 0;
    for (const bool value : values) {
        if (value) break;
        ++index;
    }
    return index;
}

/// The type at Index in a box, or Default's where the pack ends before.
template <std::size_t Index, class Default, class... Ts>
consteval auto box_at_or() {
    if constexpr (Index < sizeof...(Ts)) {
        return type_box<type_at<Index, Ts...>>{};
    } else {
        return type_box<Default>{};
    }
}
template <std::size_t Index, class Default, class... Ts>
using type_at_or = typename decltype(box_at_or<Index, Default, Ts...>())::type;

/// Calls function(type_box<T>{}) for each type in order. No fold, as above.
template <class... Ts, class Function>
constexpr void for_each_type(Function&& function) {
    [[maybe_unused]] const int called[]{0, (static_cast<void>(function(type_box<Ts>{})), 0)...};
}

template <class T>
concept Complete = requires {
    sizeof(T);
};

}  // namespace cortexpr::detail
