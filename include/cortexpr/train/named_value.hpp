#pragma once
// Enumerations whose values have names, on the command line and in files.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>

#include <string>
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

/// The other way round. \throws usage_error  no value has the name
template <NamedValue Value>
Value value_named(std::string_view name) {
    std::string known;
    for (const auto& one : names_of(Value{})) {
        if (one.name == name) return one.value;
        known += (known.empty() ? "" : ", ") + std::string(one.name);
    }
    throw usage_error("there is no " + std::string(name) + "; there are " + known);
}

}  // namespace cortexpr
