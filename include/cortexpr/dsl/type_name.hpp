#pragma once
// The name a user gave a struct, as the compiler prints it, without its namespaces.

#include <cortexpr/compiler.hpp>

#include <cstddef>
#include <string_view>

namespace cortexpr {

namespace detail {
template <class T>
consteval std::string_view spelled() {
    std::string_view text = __PRETTY_FUNCTION__;
    const auto start = text.find("T = ") + 4;  // GCC: [with T = V1; ...]   Clang: [T = V1]
    text = text.substr(start, text.find_first_of(";]", start) - start);
    int depth = 0;  // a '::' inside template arguments is not ours
    std::size_t last = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '<' || text[i] == '(' || text[i] == '{') ++depth;
        if (text[i] == '>' || text[i] == ')' || text[i] == '}') --depth;
        if (depth == 0 && text[i] == ':') last = i + 1;
    }
    return text.substr(last);
}
}  // namespace detail

/// `type_name<V1> == "V1"`: the name of an area, neuron type, network or classifier, used in tables, errors and files.
template <class T>
inline constexpr std::string_view type_name = detail::spelled<T>();

}  // namespace cortexpr
