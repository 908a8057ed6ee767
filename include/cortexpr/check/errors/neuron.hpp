#pragma once
// N: what can be wrong with a neuron type. One template for each rule: its comment is what the rule means, its
// arguments are the user's types and the numbers in question, its static_assert is the sentence.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>
#include <cortexpr/dsl/options.hpp>

namespace cortexpr::errors {

/// `neurons<...>` lists the area's neuron types, each a struct derived from `excitatory`, `inhibitory` or `hybrid`.
template <class Thing>
struct N01_not_a_neuron_type {
    static_assert(
        never<N01_not_a_neuron_type>,
        "[cortexpr N01] neurons<...> names something that is no neuron type; declare it as one: "
        "struct E : excitatory<16> {}; if an error above is about this struct, mend that one first; name it "
        "without const; a part of the area, as connectivity<...>, stands behind the > that closes neurons<...>");
};

/// The compiler reads a declaration from top to bottom: a neuron type must be defined before the area that has it.
template <class Name>
struct N02_incomplete_neuron_type {
    static_assert(
        never<N02_incomplete_neuron_type>,
        "[cortexpr N02] neurons<...> names a struct that has no valid definition before the area; if an error "
        "above is about this struct, mend that one first, else define it: struct E : excitatory<16> {};");
};

/// A neuron type is known by the name of its struct: in rows, in the compiler's messages, in tables, files and plots.
/// The bare template, or an alias of it, has none, and two of them could not be told apart.
template <class Nameless>
struct N03_underived_neuron_type {
    static_assert(never<N03_underived_neuron_type>,
                  "[cortexpr N03] a neuron type needs a name of its own; derive a struct, write no alias: "
                  "struct E : excitatory<16> {};");
};

/// `class` inherits privately unless told otherwise, and then the library can't see what the neuron type declares. Two
/// base classes declare it twice.
template <class NeuronType>
struct N04_neuron_type_inheritance {
    static_assert(never<N04_neuron_type_inheritance>,
                  "[cortexpr N04] this neuron type derives from its class privately, or from two classes; "
                  "write struct, and one class: struct E : excitatory<16> {};");
};

/// An area without neurons computes nothing.
template <class Part>
struct N05_no_neuron_types {
    static_assert(never<N05_no_neuron_types>,
                  "[cortexpr N05] an area needs at least one neuron type; name them: neurons<E, I>");
};

/// Each neuron type stands once in `neurons<...>`: it has one row and one column. Two populations that are alike are
/// two structs.
template <class NeuronType>
struct N06_repeated_neuron_type {
    static_assert(never<N06_repeated_neuron_type>,
                  "[cortexpr N06] neurons<...> names this neuron type twice; name it once, or derive a second struct "
                  "for a second population");
};

/// Tables, files and recordings call a neuron type by the name of its struct without its namespace.
template <class First, class Second>
struct N07_repeated_neuron_name {
    static_assert(never<N07_repeated_neuron_name>,
                  "[cortexpr N07] two neuron types of an area have the same name in different namespaces, and tables "
                  "and files could not tell them apart; rename one");
};

/// A neuron type has one channel for each of its 1 to 1,000,000 subtypes.
template <class NeuronType, int Subtypes>
struct N08_subtypes {
    static_assert(
        never<N08_subtypes>,
        "[cortexpr N08] a neuron type has 1 to 1,000,000 subtypes (channels); give the number: excitatory<16>");
};

/// The options of a neuron type are `nonlinearity`, `tau`, `initial_state`, `signed_rates` and `half_density`.
template <class NeuronType, class Option>
struct N09_unknown_neuron_option {
    static_assert(never<N09_unknown_neuron_option>,
                  "[cortexpr N09] this neuron type is given something that is no option of one; the options are "
                  "nonlinearity<>, tau<>, initial_state<>, signed_rates and half_density");
};

/// An option given twice would leave open which one holds.
template <class NeuronType, class Option>
struct N10_repeated_neuron_option {
    static_assert(never<N10_repeated_neuron_option>,
                  "[cortexpr N10] this type is given an option twice, or two that exclude each other; keep one");
};

/// The membrane time constant is counted in steps: the number, the lower bound or the mean that it starts from. Below 1
/// the update h' = f(z)/tau + (1 - 1/tau) h overshoots: the old state would enter with a negative weight. Training
/// keeps tau >= 1, so it must start there too.
template <class NeuronType, double Tau>
struct N11_initial_tau {
    static_assert(never<N11_initial_tau>,
                  "[cortexpr N11] the time constant tau of this neuron type must start from a finite number of at "
                  "least 1 (it is counted in steps, in float32); give 1 or more: tau<tau_mode::per_type, 1.0>");
};

/// The rates of an excitatory or inhibitory type are never negative: a negative rate would turn an excitatory cell into
/// an inhibitory one (Dale's law). `relu`, `relu6`, `softplus`, `sigmoid` and `hard_sigmoid` keep them so.
/// A chain does as soon as one of its members does; a nonlinearity of one's own says so itself.
template <class NeuronType, auto... Nonlinearity>
struct N12_negative_nonlinearity {
    static_assert(never<N12_negative_nonlinearity>,
                  "[cortexpr N12] this excitatory or inhibitory type has a nonlinearity that can be negative, which "
                  "turns the sign of its cells; choose relu, relu6, softplus, sigmoid or hard_sigmoid, make the type "
                  "hybrid, or ask for signed_rates");
};

/// As N12, for the state before the first step: half of the numbers drawn from N(0, 1) are negative.
template <class NeuronType>
struct N13_negative_initial_state {
    static_assert(never<N13_negative_initial_state>,
                  "[cortexpr N13] this excitatory or inhibitory type starts from normal numbers, half of them "
                  "negative; start from zeros, ones or uniform, make the type hybrid, or ask for signed_rates");
};

/// A hybrid type is free of Dale's law: its rates may have either sign without asking.
template <class NeuronType>
struct N14_superfluous_signed_rates {
    static_assert(never<N14_superfluous_signed_rates>,
                  "[cortexpr N14] the rates of a hybrid type may have either sign as it is; leave signed_rates out, or "
                  "make the type excitatory or inhibitory");
};

/// A half-density type has neurons at every second position along both sides of the area's map; a side of 1 has no
/// second position.
template <class NeuronType, int Height, int Width>
struct N15_half_density {
    static_assert(
        never<NeuronType>,
        "[cortexpr N15] this half_density type has neurons at every second position, but the area's map (height, "
        "width) has a side of 1; leave half_density out, or make the map larger");
};

/// Time constants may be drawn, between two bounds or around a mean.
template <class NeuronType, double First, double Second>
struct N16_initial_tau_draw {
    static_assert(never<N16_initial_tau_draw>,
                  "[cortexpr N16] the time constants of this neuron type are drawn from a range that is none; give "
                  "finite bounds, the lower one first, uniform_draw{1, 5}, or a mean and a finite standard deviation "
                  "that is not negative, normal_draw{3, 0.5}, all of them in float32");
};

}  // namespace cortexpr::errors
