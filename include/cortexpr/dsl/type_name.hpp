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
    text = text.substr(text.find("T = ") + 4);  // GCC: [with T = V1; ...]   Clang: [T = V1]
    int depth = 0;                              // what stands inside template arguments is not ours
    std::size_t last = 0, end = 0;
    for (; end < text.size() && (depth > 0 || (text[end] != ';' && text[end] != ']')); ++end) {
        const char c = text[end];
        if (c == '<' || c == '(' || c == '{' || c == '[') ++depth;
        if (c == '>' || c == ')' || c == '}' || c == ']') --depth;
        if (depth == 0 && c == ':') last = end + 1;
    }
    return text.substr(last, end - last);
}

/// GCC closes two brackets by "> >", Clang by ">>": files that one wrote are read by the other.
template <std::size_t Size>
struct name_without_gaps {
    consteval explicit name_without_gaps(std::string_view spelt) {
        for (std::size_t i = 0; i < spelt.size(); ++i) {
            const bool is_gap = spelt[i] == ' ' && i > 0 && spelt[i - 1] == '>' && spelt.substr(i + 1).starts_with('>');
            if (!is_gap) letters[size++] = spelt[i];
        }
    }
    char letters[Size]{};
    std::size_t size = 0;
};
template <class T>
inline constexpr std::string_view spelling = spelled<T>();
template <class T>
inline constexpr name_without_gaps<spelling<T>.size()> closed_up{spelling<T>};

template <class T>
consteval std::string_view named() {
    if constexpr (spelling<T>.find("> >") == std::string_view::npos) {
        return spelling<T>;
    } else {
        return {closed_up<T>.letters, closed_up<T>.size};
    }
}
}  // namespace detail

/// `type_name<V1> == "V1"`: the name of an area, neuron type, network or classifier, used in tables, errors and files.
template <class T>
inline constexpr std::string_view type_name = detail::named<T>();

}  // namespace cortexpr
