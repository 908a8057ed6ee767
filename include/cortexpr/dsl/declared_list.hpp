#pragma once
// The types that a part lists, neurons<E, I> or cells<R, L1>: their names, and where each stands.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/type_list.hpp>
#include <cortexpr/dsl/type_name.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace cortexpr::detail {

template <class... Types>
struct declared_list {
    static constexpr std::size_t size = sizeof...(Types);
    static constexpr std::array<std::string_view, size> names{type_name<Types>...};

    /// Of the first type that is T, or -1.
    template <class T>
    static constexpr int index_of = index_among<T, Types...>();
    static constexpr std::array<int, size> first_same{index_of<Types>...};
    template <std::size_t Index>
    using at = type_at<Index, Types...>;
};

}  // namespace cortexpr::detail
