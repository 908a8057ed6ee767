#pragma once
// Cell types of a connectome: a class and options. How many cells a type has, the file says.
//
//     struct L1  : inhibitory_cells<tau<tau_mode::per_type, 2.0>> {};
//     struct Mi1 : excitatory_cells<nonlinearity<activation::relu>, bias<bias_mode::per_type>> {};

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/neuron.hpp>

namespace cortexpr {

/// What one cell type declares, as plain values.
struct cell_type_declaration {
    bool is_cell_type = false;    ///< it derives from one of the three classes below
    bool is_neuron_type = false;  ///< of an area: it has subtypes
    bool is_complete = true;      ///< false where the struct is declared, but not yet defined
    bool inherits = true;         ///< false where it derives from its class privately, or from two classes
    bool is_derived = true;       ///< false where the template itself was named instead of a struct derived from it
    neuron_class kind = neuron_class::hybrid;                ///< whether its synapses add, subtract, or do either
    activation_function nonlinearity = activation::sigmoid;  ///< f of h(t) = f(z(t)) / tau + (1 - 1/tau) h(t-1)
    bool has_tau = true;                                     ///< false: h(t) = f(z(t))
    tau_mode tau = tau_mode::per_neuron;                     ///< per_type or per_neuron; others are refused (rule S10)
    tau_start initial_tau = 1.0;                             ///< in steps
    bias_mode bias = bias_mode::per_neuron;                  ///< which cells share a bias
    double initial_bias = 0.0;                               ///< what biases start from, in units of the drive z
    fill initial_state = fill::zeros;                        ///< before the first step
    bool signed_rates = false;  ///< rates may be negative though the class obeys Dale's law
    bool rectified = false;     ///< rates are max(0, f(z))
    int unknown_option = -1;    ///< index of the first argument that is no option
    int repeated_option = -1;   ///< index of the first option whose kind stood before
};

/// Option of a cell type: which of its cells share a bias, and what it starts from. Default: one for each cell, from 0.
template <bias_mode Mode, auto Initial = 0.0>
struct bias {
    static constexpr auto option = detail::neuron_option::bias;
    static constexpr void declare(cell_type_declaration& type) {
        type.bias = Mode;
        type.initial_bias = detail::number_or_nan(Initial);
    }
};

/// Option of a cell type: rates are max(0, f(z)), for a nonlinearity f that can be negative, as in the reference.
struct rectified {
    static constexpr auto option = detail::neuron_option::rectified;
    static constexpr void declare(cell_type_declaration& type) { type.rectified = true; }
};

/// Option of a cell type, in place of tau<>: the state is the rate of this step alone, h(t) = f(z(t)).
struct no_tau {
    static constexpr auto option = detail::neuron_option::tau;
    static constexpr void declare(cell_type_declaration& type) { type.has_tau = false; }
};

namespace detail {

/// What all cell types derive from; found also where it is out of reach.
struct cell_type_mark {};

template <neuron_class Class, class... Options>
struct cell_type_base : cell_type_mark {
    static consteval cell_type_declaration cell_declaration() {
        return with_options<Options...>(cell_type_declaration{.is_cell_type = true, .kind = Class});
    }
    template <std::size_t Index>
    using option_at = type_at<Index, Options...>;
};

}  // namespace detail

/// Cells whose synapses all add to their targets.
template <class... Options>
struct excitatory_cells : detail::cell_type_base<neuron_class::excitatory, Options...> {};

/// Cells whose synapses all subtract from their targets.
template <class... Options>
struct inhibitory_cells : detail::cell_type_base<neuron_class::inhibitory, Options...> {};

/// Cells with synapses of either sign, free of Dale's law.
template <class... Options>
struct hybrid_cells : detail::cell_type_base<neuron_class::hybrid, Options...> {};

namespace detail {

template <class T>
inline constexpr bool is_cells_template = false;
template <class... Options>
inline constexpr bool is_cells_template<excitatory_cells<Options...>> = true;
template <class... Options>
inline constexpr bool is_cells_template<inhibitory_cells<Options...>> = true;
template <class... Options>
inline constexpr bool is_cells_template<hybrid_cells<Options...>> = true;

template <class T>
consteval cell_type_declaration declared_cell_type() {
    if constexpr (!std::is_class_v<T> || std::is_const_v<T> || std::is_volatile_v<T>) {
        return {};
    } else if constexpr (!Complete<T>) {
        return {.is_complete = false};
    } else if constexpr (requires {
                             { T::cell_declaration() } -> std::same_as<cell_type_declaration>;
                         }) {
        auto type = T::cell_declaration();
        type.is_derived = !is_cells_template<T>;
        type.inherits = !std::is_base_of_v<neuron_type_mark, T>;
        return type;
    } else {
        return {.is_neuron_type = std::is_base_of_v<neuron_type_mark, T>,
                .inherits = !std::is_base_of_v<cell_type_mark, T>};
    }
}

}  // namespace detail
}  // namespace cortexpr
