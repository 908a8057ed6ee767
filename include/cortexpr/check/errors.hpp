#pragma once
// One template for each rule. Its arguments are the user's types and the numbers in question, so that the compiler
// prints them; its static_assert is the sentence.

namespace cortexpr::errors {

template <class...>
inline constexpr bool never = false;

template <class NotANeuronType>
struct N01_not_a_neuron_type {
    static_assert(never<NotANeuronType>,
                  "[cortexpr N01] neurons<...> names something that is no neuron type; declare it first: "
                  "struct E : excitatory<16> {};");
};

template <class NeuronType>
struct A07_receives_nothing {
    static_assert(never<NeuronType>,
                  "[cortexpr A07] this neuron type receives no edge, its column is all 0; connect it or remove it");
};

template <class Presynaptic, class Postsynaptic, int Groups, int PresynapticChannels, int PostsynapticChannels>
struct E02_groups {
    static_assert(
        never<Presynaptic>,
        "[cortexpr E02] the edge's groups must divide the channels at both of its ends; choose a common divisor");
};

template <int Classes>
struct C02_few_classes {
    static_assert(Classes != Classes,
                  "[cortexpr C02] a classifier tells at least 2 classes apart; give classes<2> or more");
};

}  // namespace cortexpr::errors
