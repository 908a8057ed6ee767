#pragma once
// Numbers about a declaration that has been refused.

#include <cortexpr/compiler.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace cortexpr::detail {

/// Stands for a number that is unknown, since the wiring has been refused. Whatever it is compared with, and how, the
/// answer is true: a static_assert about it adds no second error to the first.
struct unknown_number {
    constexpr unknown_number(std::int64_t) {}
    constexpr operator std::int64_t() const { return 0; }
};

template <class Left, class Right>
concept OneIsUnknown = std::same_as<Left, unknown_number> ||
    (std::same_as<Right, unknown_number>&& std::is_arithmetic_v<Left>);

template <class Left, class Right>
requires OneIsUnknown<Left, Right>
constexpr bool operator==(Left, Right) { return true; }
template <class Left, class Right>
requires OneIsUnknown<Left, Right>
constexpr bool operator!=(Left, Right) { return true; }
template <class Left, class Right>
requires OneIsUnknown<Left, Right>
constexpr bool operator<(Left, Right) { return true; }
template <class Left, class Right>
requires OneIsUnknown<Left, Right>
constexpr bool operator<=(Left, Right) { return true; }
template <class Left, class Right>
requires OneIsUnknown<Left, Right>
constexpr bool operator>(Left, Right) { return true; }
template <class Left, class Right>
requires OneIsUnknown<Left, Right>
constexpr bool operator>=(Left, Right) { return true; }

}  // namespace cortexpr::detail
