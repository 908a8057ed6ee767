#pragma once
// Enumerations whose values have names, on the command line and in files.

#include <cortexpr/compiler.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace cortexpr {

/// A value and how files and people spell it.
template <class Value>
struct named {
    Value value;            ///< usually an enumerator
    std::string_view name;  ///< as settings and files have it
};

/// An enumeration for which names_of gives all values and their names.
template <class Value>
concept NamedValue = requires(Value value) {
    names_of(value)[0].name;
};

/// The name of a value; empty for one that has none.
template <NamedValue Value>
constexpr std::string_view name_of(Value value) {
    for (const auto& one : names_of(value))
        if (one.value == value) return one.name;
    return {};
}

namespace detail {
[[noreturn]] void refuse_name(std::string_view name, std::string_view what, const std::string_view* known,
                              std::size_t count);
}  // namespace detail

/// The other way round; `what` the value is, for the error, or nothing. \throws usage_error  no value has the name
template <NamedValue Value>
Value value_named(std::string_view name, std::string_view what = {}) {
    constexpr auto all = names_of(Value{});
    std::array<std::string_view, all.size()> known;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].name == name) return all[i].value;
        known[i] = all[i].name;
    }
    detail::refuse_name(name, what, known.data(), known.size());
}

}  // namespace cortexpr
