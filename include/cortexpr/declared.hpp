#pragma once
// Declarations in a shared library, for programs that load them by name at run time, as Python's cortexpr.load does. No
// LibTorch here.
//
//     #include <cortexpr/declared.hpp>
//     #include "digits.hpp"
//
//     CORTEXPR_DECLARED(Digits)     // once in a library, outside of namespaces
//
// The library exports one C function, which describes what it holds. Compiled arrays and the code of nonlinearities
// stay in it, so it must stay loaded.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace cortexpr::declared {

/// What a declaration is.
enum class kind : std::uint8_t { none, area, network, classifier, connectome, regressor };

/// A struct that was named. Both plans are nothing for a struct that is no declaration, such as a neuron type.
struct entry {
    std::string_view name;                         ///< of the user's struct
    declared::kind kind = kind::none;              ///< what it is
    const plan::network* plan = nullptr;           ///< in static storage of the shared library
    const plan::connectome* connectome = nullptr;  ///< likewise, of a connectome or a readout of one
};

/// What a program must be compiled with to read a library's arrays: the same layout of the same structs.
struct layout {
    std::uint32_t library = 0;              ///< 1: libstdc++, 2: another
    std::array<std::uint32_t, 10> sizes{};  ///< of the structs of plans
    friend bool operator==(const layout&, const layout&) = default;
};

/// The layout of this build of the library.
constexpr layout own_layout() {
#ifdef __GLIBCXX__
    constexpr std::uint32_t library = 1;
#else
    constexpr std::uint32_t library = 2;
#endif
    return {library,
            {sizeof(plan::network), sizeof(plan::area), sizeof(plan::neuron_type), sizeof(plan::edge),
             sizeof(plan::feedback_edge), sizeof(plan::parameter), sizeof(activation_function), sizeof(entry),
             sizeof(plan::connectome), sizeof(plan::cell_type)}};
}

/// What the exported function gives. Only `version` and `compiled` are read before they are found to be as expected.
struct library {
    std::uint32_t version = 2;       ///< of this struct; another one is refused
    layout compiled = own_layout();  ///< of the build that the declarations were compiled with
    const entry* entries = nullptr;  ///< the declarations, in the order of the text
    std::size_t count = 0;           ///< how many there are
};

namespace detail {

template <class Struct>
consteval kind kind_of() {
    if constexpr (cortexpr::detail::IsOfConnectome<Struct>) {
        return kind::connectome;
    } else if constexpr (requires { typename Struct::readout_parts; }) {
        return Struct::readout_parts::declaration.is_regressor ? kind::regressor : kind::classifier;
    } else if constexpr (requires { typename Struct::network_parts; }) {
        return kind::network;
    } else if constexpr (requires { typename Struct::area_parts; }) {
        return kind::area;
    } else {
        return kind::none;
    }
}

template <class Struct>
constexpr entry entry_of() {
    constexpr auto is = kind_of<Struct>();
    if constexpr (is == kind::none) {
        return {type_name<Struct>, is};
    } else if constexpr (is == kind::connectome) {
        return {.name = type_name<Struct>, .kind = is, .connectome = &plan_of<Struct>};
    } else {
        return {.name = type_name<Struct>, .kind = is, .plan = &plan_of<Struct>};
    }
}

template <class... Structs>
inline constexpr std::array<entry, sizeof...(Structs)> entries_of{entry_of<Structs>()...};

}  // namespace detail

/// What a library holds: the declarations among Structs, in their order.
template <class... Structs>
const library& library_of() {
    static constexpr library all{.entries = detail::entries_of<Structs...>.data(), .count = sizeof...(Structs)};
    return all;
}

}  // namespace cortexpr::declared

/// The function that a program looks for: describes these structs. Those that are no declarations are passed over.
#define CORTEXPR_DECLARED(...)                                                                                 \
    extern "C" __attribute__((visibility("default"))) const cortexpr::declared::library* cortexpr_declared() { \
        return &cortexpr::declared::library_of<__VA_ARGS__>();                                                 \
    }                                                                                                          \
    static_assert(true)
