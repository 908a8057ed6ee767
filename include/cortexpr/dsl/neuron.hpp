#pragma once
// Neuron types: a class, a number of subtypes (channels), and options.
//
//     struct PV : inhibitory<8, tau<tau_mode::per_type>, nonlinearity<activation::relu>, half_density> {};

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/options.hpp>
#include <cortexpr/dsl/type_list.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace cortexpr {

/// What one neuron type declares, as plain values.
struct neuron_declaration {
    bool is_neuron_type = false;  ///< it derives from one of the three classes below
    bool is_complete = true;      ///< false where the struct is declared, but not yet defined
    bool inherits = true;         ///< false where it derives from its class privately, or from two classes
    bool is_derived = true;       ///< false where the template itself was named instead of a struct derived from it
    neuron_class kind = neuron_class::hybrid;                ///< whether its weights add, subtract, or do either
    int subtypes = 0;                                        ///< channels of its state
    activation_function nonlinearity = activation::sigmoid;  ///< f of the equations in docs/design.md
    tau_mode tau = tau_mode::per_subtype;                    ///< which neurons share a time constant
    tau_start initial_tau = 1.0;                             ///< in steps
    fill initial_state = fill::zeros;                        ///< before the first step
    bool signed_rates = false;  ///< rates may be negative though the class obeys Dale's law
    bool half_density = false;  ///< it lives on the ceil(H/2) x ceil(W/2) grid
    int unknown_option = -1;    ///< index of the first argument that is no option
    int repeated_option = -1;   ///< index of the first option whose kind stood before
};

namespace detail {
enum class neuron_option : std::uint8_t {
    nonlinearity,
    tau,
    initial_state,
    signed_rates,
    half_density,
    bias,
    rectified,
    count
};
}  // namespace detail

/// Option: the nonlinearity f of h' = f(z)/tau + (1 - 1/tau) h, applied to the sum of all drives. Default: sigmoid.
/// One by name, `chain(activation::softplus, activation::tanh)`, or `custom<Squared>`.
template <ActivationFunction auto Function>
struct nonlinearity {
    static constexpr auto option = detail::neuron_option::nonlinearity;
    template <class Type>
    static constexpr void declare(Type& type) {
        type.nonlinearity = Function;
    }
};

/// Option: which neurons share a time constant, and what it starts from (in steps, at least 1): a number, or drawn, as
/// in tau<tau_mode::per_subtype, uniform_draw{1, 5}> and tau<tau_mode::spatial, normal_draw{3, 0.5}>.
template <tau_mode Mode, tau_start Initial = 1.0>
struct tau {
    static constexpr auto option = detail::neuron_option::tau;
    template <class Type>
    static constexpr void declare(Type& type) {
        type.tau = Mode;
        type.initial_tau = Initial;
    }
};

/// Option: the state before the first step, where a run is given none. Default: zeros.
template <fill Fill>
struct initial_state {
    static constexpr auto option = detail::neuron_option::initial_state;
    template <class Type>
    static constexpr void declare(Type& type) {
        type.initial_state = Fill;
    }
};

/// Option: rates of this excitatory or inhibitory type may be negative. Without it such a type is refused a
/// nonlinearity (or a start) that goes below zero, for a negative rate turns an excitatory cell into an inhibitory one.
struct signed_rates {
    static constexpr auto option = detail::neuron_option::signed_rates;
    template <class Type>
    static constexpr void declare(Type& type) {
        type.signed_rates = true;
    }
};

/// Option: neurons at every second position only: the type lives on the ceil(H/2) x ceil(W/2) grid. Edges into it have
/// stride 2; edges out of it to a full grid upsample its map bilinearly before their convolution.
struct half_density {
    static constexpr auto option = detail::neuron_option::half_density;
    static constexpr void declare(neuron_declaration& type) { type.half_density = true; }
};

namespace detail {

/// T is an option of what Type declares: of a neuron type in an area, or of a cell type in a connectome.
template <class T, class Type>
concept OptionOf = requires(Type& type) {
    { T::option } -> std::convertible_to<neuron_option>;
    T::declare(type);
};

/// Applies the options in their order, and remembers the first that is no option and the first repeated one.
template <class... Options, class Type>
consteval Type with_options(Type type) {
    bool given[static_cast<int>(neuron_option::count)]{};
    int index = 0;
    [[maybe_unused]] const auto apply = [&]<class Option>(type_box<Option>) {
        if constexpr (OptionOf<Option, Type>) {
            bool& before = given[static_cast<int>(Option::option)];
            if (before && type.repeated_option < 0) type.repeated_option = index;
            before = true;
            Option::declare(type);
        } else if (type.unknown_option < 0) {
            type.unknown_option = index;
        }
        ++index;
    };
    (apply(type_box<Options>{}), ...);
    return type;
}

/// What all cell types of connectomes derive from.
struct cell_type_mark;

/// What all neuron types derive from; found also where it is out of reach, as in `class E : excitatory<16> {};`.
struct neuron_type_mark {};

template <neuron_class Class, int Subtypes, class... Options>
struct neuron_type_base : neuron_type_mark {
    static consteval neuron_declaration neuron_type_declaration() {  // no name that a user's member may have
        return with_options<Options...>(
            neuron_declaration{.is_neuron_type = true, .kind = Class, .subtypes = Subtypes});
    }
    template <std::size_t Index>
    using option_at = type_at<Index, Options...>;
};

}  // namespace detail

/// A neuron type whose weights all add to its targets. Subtypes is its number of channels.
template <int Subtypes = 0, class... Options>
struct excitatory : detail::neuron_type_base<neuron_class::excitatory, Subtypes, Options...> {};

/// A neuron type whose weights all subtract from its targets.
template <int Subtypes = 0, class... Options>
struct inhibitory : detail::neuron_type_base<neuron_class::inhibitory, Subtypes, Options...> {};

/// A neuron type with weights of either sign.
template <int Subtypes = 0, class... Options>
struct hybrid : detail::neuron_type_base<neuron_class::hybrid, Subtypes, Options...> {};

namespace detail {

template <class T>
inline constexpr bool is_neuron_template = false;
template <int Subtypes, class... Options>
inline constexpr bool is_neuron_template<excitatory<Subtypes, Options...>> = true;
template <int Subtypes, class... Options>
inline constexpr bool is_neuron_template<inhibitory<Subtypes, Options...>> = true;
template <int Subtypes, class... Options>
inline constexpr bool is_neuron_template<hybrid<Subtypes, Options...>> = true;

template <class T>
consteval neuron_declaration declared_neuron() {
    if constexpr (!std::is_class_v<T> || std::is_const_v<T> || std::is_volatile_v<T>) {
        return {};
    } else if constexpr (!Complete<T>) {
        return {.is_complete = false};
    } else if constexpr (requires {
                             { T::neuron_type_declaration() } -> std::same_as<neuron_declaration>;
                         }) {
        auto type = T::neuron_type_declaration();
        type.is_derived = !is_neuron_template<T>;
        type.inherits = !std::is_base_of_v<cell_type_mark, T>;
        return type;
    } else {
        return {.inherits = !std::is_base_of_v<neuron_type_mark, T>};
    }
}

}  // namespace detail
}  // namespace cortexpr
