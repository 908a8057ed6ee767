// Written by tests/differential/generate.py; do not edit.
// clang-format off
#include "agreed.hpp"

namespace cortexpr::differential {

struct stranger : hybrid<1> {};

namespace r0100 {  // groups that do not divide the target (area 1); the reference refuses it
struct T0 : inhibitory<1, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
struct T1 : hybrid<3, nonlinearity<activation::relu>, tau<tau_mode::per_type>> {};
struct T2 : hybrid<2, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
using declared = area<input<4, 3, 3, neuron_class::inhibitory>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, 1, edge{.groups = 4}, 1, 0>,
        from<T0, 0, 0, 0, edge{.extent = {1, 1}, .nonlinearity = activation::sigmoid}>,
        from<T1, 1, 0, 0, 0>,
        from<T2, 0, 1, 0, 0>>,
    output<1>>;
static_assert(is_one_of<rule::groups_of_target>(broken_rule<declared>), "seed 1, index 100: groups that do not divide the target");
}  // namespace r0100

namespace r0101 {  // groups below one (area 0); the reference refuses it
struct T0 : excitatory<2, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<4, nonlinearity<activation::gelu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct T2 : inhibitory<2, nonlinearity<activation::silu>, signed_rates> {};
struct T3 : inhibitory<4, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
using declared = area<input<2, 5, 4, neuron_class::excitatory>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, edge{.extent = {5, 3}, .nonlinearity = activation::silu}, edge{.extent = {5, 1}},
            edge{.extent = {3, 1}, .groups = 2, .bias = false}, edge{.groups = 2}, 0>,
        from<top_down, edge{.nonlinearity = activation::silu, .bias = false}, edge{.extent = {1, 1}, .groups = 4,
            .nonlinearity = activation::relu6, .bias = false}, edge{.extent = {1, 3}, .groups = 2,
            .bias = false}, edge{.extent = {5, 3}, .groups = 4, .bias = false}, 0>,
        from<T0, 0, edge{.extent = {1, 1}, .groups = 2, .nonlinearity = activation::relu6}, edge{.extent = {1, 1},
            .groups = 2}, edge{.extent = {5, 3}, .bias = false}, edge{.groups = 0,
            .nonlinearity = activation::softplus}>,
        from<T1, edge{.extent = {1, 1}, .groups = 2, .nonlinearity = activation::sigmoid},
            edge{.nonlinearity = activation::silu, .bias = false}, edge{.groups = 2,
            .nonlinearity = activation::elu, .bias = false}, edge{.extent = {1, 1}, .bias = false},
            edge{.extent = {5, 3}, .nonlinearity = activation::relu6, .bias = false}>,
        from<T2, edge{.groups = 2, .bias = false}, edge{.bias = false}, edge{.extent = {1, 1},
            .nonlinearity = activation::elu, .bias = false}, edge{.nonlinearity = activation::relu},
            edge{.extent = {3, 1}, .nonlinearity = activation::hard_tanh}>,
        from<T3, 1, edge{.groups = 4, .nonlinearity = activation::elu, .bias = false}, edge{.bias = false},
            edge{.extent = {1, 1}, .groups = 2}, 0>>,
    output<1>>;
static_assert(is_one_of<rule::few_groups>(broken_rule<declared>), "seed 1, index 101: groups below one");
}  // namespace r0101

namespace r0102 {  // a type without subtypes (area 1); the reference refuses it
struct T0 : inhibitory<1> {};
struct T1 : excitatory<-1, tau<tau_mode::per_type>> {};
struct T2 : inhibitory<2, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::per_type>> {};
using declared = area<input<2, 5, 5>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, edge{.extent = {5, 3}, .bias = false}, edge{.bias = false}, edge{.extent = {1, 5}},
            edge{.bias = false}>,
        from<T0, edge{.bias = false}, 0, edge{.extent = {3, 1}}, 1>,
        from<T1, edge{.extent = {3, 5}, .bias = false}, 0, edge{.extent = {5, 3}, .bias = false}, 0>,
        from<T2, edge{.extent = {5, 5}}, edge{.extent = {1, 5}}, edge{.extent = {5, 3}, .bias = false},
            edge{.extent = {1, 1}, .bias = false}>>,
    output<2>>;
static_assert(is_one_of<rule::subtypes>(broken_rule<declared>), "seed 1, index 102: a type without subtypes");
}  // namespace r0102

namespace r0103 {  // an area without types (area 0); the reference refuses it
using declared = area<input<2, 5, 5, neuron_class::inhibitory>,
    neurons<>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::hard_tanh, .bias = false}>>,
    output<2>>;
static_assert(is_one_of<rule::no_neuron_types>(broken_rule<declared>), "seed 1, index 103: an area without types");
}  // namespace r0103

namespace r0104 {  // signed rates of an excitatory or inhibitory type (area 0); the reference takes it
struct T0 : excitatory<4, nonlinearity<activation::none>, tau<tau_mode::per_subtype_spatial>,
    initial_state<fill::ones>> {};
struct T1 : inhibitory<4, nonlinearity<activation::gelu>, initial_state<fill::ones>> {};
using declared = area<input<3, 4, 4, neuron_class::inhibitory>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::softplus}, edge{.nonlinearity = activation::leaky_relu,
            .bias = false}, 0>,
        from<top_down, 0, edge{.nonlinearity = activation::tanh}, 0>,
        from<T0, 0, 1, 1>,
        from<T1, 0, edge{.bias = false}, edge{.nonlinearity = activation::relu}>>,
    output<3>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 104: signed rates of an excitatory or inhibitory type");
}  // namespace r0104

namespace r0105 {  // an input of nothing (area 1); the reference refuses it
struct T0 : excitatory<1, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<4, nonlinearity<activation::relu>, tau<tau_mode::per_type>> {};
using declared = area<input<-1, 4, 5>,
    feedback_channels<3>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 1, 0, 0>,
        from<top_down, 0, 1, 1>,
        from<T0, 0, 1, edge{.nonlinearity = activation::relu}>,
        from<T1, edge{.nonlinearity = activation::relu}, 0, 0>>,
    output<2>>;
static_assert(is_one_of<rule::input_size>(broken_rule<declared>), "seed 1, index 105: an input of nothing");
}  // namespace r0105

namespace r0106 {  // an output of nothing (area 3); the reference refuses it
struct T0 : inhibitory<4, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : inhibitory<4> {};
using declared = area<input<3, 4, 4, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 1, 0>,
        from<T0, 0, 0, edge{.nonlinearity = activation::softplus, .bias = false}>,
        from<T1, 0, 0, edge{.extent = {3, 1}, .groups = 2, .bias = false}>>,
    output<-1>>;
static_assert(is_one_of<rule::output_channels>(broken_rule<declared>), "seed 1, index 106: an output of nothing");
}  // namespace r0106

namespace r0107 {  // feedback of no channels (area 0); the reference refuses it
struct T0 : inhibitory<2, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct T1 : inhibitory<2, nonlinearity<activation::leaky_relu>, signed_rates> {};
struct T2 : excitatory<2, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::spatial>> {};
using declared = area<input<2, 4, 4, neuron_class::excitatory>,
    feedback_channels<-1, neuron_class::excitatory>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 1}}, 0, 0>,
        from<top_down, 0, edge{.bias = false}, edge{.bias = false}, 0>,
        from<T0, 0, 0, 0, edge{.extent = {3, 1}, .groups = 2}>,
        from<T1, 1, 0, 0, 0>,
        from<T2, 0, 0, 0, edge{.groups = 2, .bias = false}>>,
    output<4, activation::elu>>;
static_assert(is_one_of<rule::feedback_channels>(broken_rule<declared>), "seed 1, index 107: feedback of no channels");
}  // namespace r0107

namespace r0108 {  // a type of half density (area 0); the reference refuses it
struct T0 : inhibitory<1, tau<tau_mode::per_subtype_spatial>, half_density> {};
using declared = area<input<1, 3, 3, neuron_class::inhibitory>,
    neurons<T0>,
    connectivity<
        from<stimulus, 1, edge{.extent = {3, 1}}>,
        from<T0, edge{.extent = {1, 1}}, 1>>,
    output<3, activation::hard_tanh>>;
static_assert(wirable<declared>, "seed 1, index 108: a type of half density");
}  // namespace r0108

namespace r0109 {  // channels that do not meet (network); the reference refuses it
struct A0T0 : inhibitory<2> {};
struct A0T1 : hybrid<1, nonlinearity<activation::gelu>, tau<tau_mode::per_type>> {};
struct A0 : area<input<4, 4, 3>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 1, edge{.extent = {1, 3}}, edge{.nonlinearity = activation::gelu}>,
        from<A0T0, 1, 1, edge{.extent = {3, 1}, .nonlinearity = activation::sigmoid}>,
        from<A0T1, edge{.extent = {1, 1}, .nonlinearity = activation::hard_sigmoid}, edge{.extent = {1, 3}}, 0>>,
    output<1>> {};
struct A1T0 : hybrid<2, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
struct A1T1 : hybrid<2, tau<tau_mode::spatial>> {};
struct A1T2 : excitatory<2, nonlinearity<activation::leaky_relu>, signed_rates> {};
struct A1 : area<input<2, 4, 3>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, 1, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}>,
        from<A1T0, edge{.groups = 2}, edge{.extent = {3, 1}}, edge{.extent = {3, 1}}, 1>,
        from<A1T1, edge{.extent = {1, 1}, .groups = 2}, 1, edge{.groups = 2}, 0>,
        from<A1T2, 1, edge{.extent = {3, 1}, .groups = 2}, 0, edge{.extent = {3, 1}}>>,
    output<1>> {};
using declared = network<A0, A1, pool<pool_mode::average>, area_delay<1>>;
static_assert(is_one_of<rule::channels_between_areas>(broken_rule<declared>), "seed 1, index 109: channels that do not meet");
}  // namespace r0109

namespace r0110 {  // a map that grows along one side only (network); the reference refuses it
struct A0T0 : inhibitory<4, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<4, 3, 3>,
    feedback_channels<4>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.groups = 2, .bias = false}, 0>,
        from<top_down, edge{.groups = 2, .bias = false}, 0>,
        from<A0T0, 1, 1>>,
    output<3>> {};
struct A1T0 : inhibitory<4, nonlinearity<activation::gelu>, signed_rates> {};
struct A1T1 : excitatory<4, tau<tau_mode::spatial>> {};
struct A1 : area<input<3, 4, 3, neuron_class::inhibitory>,
    feedback_channels<3, neuron_class::excitatory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 0, 0, edge{.nonlinearity = activation::gelu}>,
        from<top_down, edge{.nonlinearity = activation::gelu}, 0, 0>,
        from<A1T0, 0, edge{.nonlinearity = activation::silu}, edge{.nonlinearity = activation::silu, .bias = false}>,
        from<A1T1, edge{.groups = 4, .nonlinearity = activation::sigmoid}, 0, 0>>,
    output<3>> {};
struct A2T0 : inhibitory<4, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::per_type>> {};
struct A2T1 : hybrid<4, nonlinearity<activation::hard_sigmoid>> {};
struct A2T2 : hybrid<4, nonlinearity<activation::gelu>> {};
struct A2T3 : hybrid<3, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_subtype_spatial>> {};
struct A2 : area<input<3, 5, 5, neuron_class::excitatory>,
    feedback_channels<4, neuron_class::excitatory>,
    neurons<A2T0, A2T1, A2T2, A2T3>,
    connectivity<
        from<stimulus, 0, edge{.nonlinearity = activation::relu, .bias = false}, edge{.bias = false},
            edge{.groups = 3, .nonlinearity = activation::sigmoid, .bias = false}, 0>,
        from<top_down, edge{.groups = 2}, edge{.nonlinearity = activation::sigmoid}, 0, 0, 0>,
        from<A2T0, 0, 1, 0, 1, edge{.nonlinearity = activation::leaky_relu}>,
        from<A2T1, 0, 1, edge{.groups = 2}, 1, edge{.groups = 4, .bias = false}>,
        from<A2T2, edge{.nonlinearity = activation::silu}, 0, 0, 1, edge{.groups = 2, .bias = false}>,
        from<A2T3, edge{.bias = false}, edge{.nonlinearity = activation::sigmoid, .bias = false},
            edge{.nonlinearity = activation::relu6, .bias = false}, 0, 0>>,
    output<4>> {};
struct A3T0 : excitatory<1, tau<tau_mode::per_subtype_spatial>, initial_state<fill::ones>> {};
struct A3 : area<input<4, 4, 4, neuron_class::excitatory>,
    neurons<A3T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<A3T0, 1, 1>>,
    output<1>> {};
using declared = network<A0, A1, A2, A3, feedback<A1, A0>, feedback<A2, A0>, feedback<A2, A1>, feedback<A3, A1>, feedback<A3, A2>, area_delay<1>>;
static_assert(wirable<declared>, "seed 1, index 110: a map that grows along one side only");
}  // namespace r0110

namespace r0111 {  // feedback that goes up (network); the reference refuses it
struct A0T0 : inhibitory<2, nonlinearity<activation::tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : hybrid<2, tau<tau_mode::per_type>> {};
struct A0T2 : hybrid<2, tau<tau_mode::per_type>> {};
struct A0T3 : inhibitory<2, nonlinearity<activation::leaky_relu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<3, 4, 4, neuron_class::inhibitory>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 0, edge{.extent = {1, 1}}, edge{.extent = {1, 3},
            .nonlinearity = activation::softplus}, 0>,
        from<A0T0, edge{.extent = {1, 3}, .groups = 2, .nonlinearity = activation::relu, .bias = false}, 0, 0,
            edge{.bias = false}, edge{.nonlinearity = activation::relu, .bias = false}>,
        from<A0T1, edge{.extent = {3, 1}}, edge{.extent = {1, 3}}, 0, 0, 0>,
        from<A0T2, 0, edge{.extent = {1, 3}, .nonlinearity = activation::relu6}, edge{.extent = {1, 1}, .groups = 2,
            .bias = false}, edge{.groups = 2, .bias = false}, 0>,
        from<A0T3, 0, edge{.groups = 2}, 0, edge{.groups = 2}, edge{.nonlinearity = activation::sigmoid,
            .bias = false}>>,
    output<4>> {};
using declared = network<A0, feedback<A0, A0>>;
static_assert(is_one_of<rule::feedback_direction>(broken_rule<declared>), "seed 1, index 111: feedback that goes up");
}  // namespace r0111

namespace r0112 {  // feedback that is not heard (network); the reference refuses it
struct A0T0 : hybrid<1, nonlinearity<activation::elu>, tau<tau_mode::spatial>> {};
struct A0T1 : inhibitory<2, nonlinearity<activation::relu6>> {};
struct A0 : area<input<3, 5, 5, neuron_class::excitatory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::hard_sigmoid}, edge{.extent = {1, 1},
            .nonlinearity = activation::tanh}, 0>,
        from<A0T0, 0, edge{.extent = {1, 1}}, 0>,
        from<A0T1, 1, edge{.extent = {1, 1}}, edge{.nonlinearity = activation::sigmoid}>>,
    output<4>> {};
struct A1T0 : inhibitory<2, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::per_type>> {};
struct A1T1 : inhibitory<2, nonlinearity<activation::relu6>, tau<tau_mode::per_subtype_spatial>> {};
struct A1T2 : inhibitory<4, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::per_type>> {};
struct A1T3 : hybrid<4, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<4, 5, 5, neuron_class::inhibitory>,
    neurons<A1T0, A1T1, A1T2, A1T3>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 1, edge{.extent = {3, 5}, .groups = 2}, edge{.groups = 2,
            .nonlinearity = activation::sigmoid}, 0>,
        from<A1T0, 0, edge{.bias = false}, 0, edge{.extent = {5, 3}, .groups = 2, .bias = false}, 0>,
        from<A1T1, 0, 0, 0, 0, edge{.groups = 2}>,
        from<A1T2, edge{.nonlinearity = activation::gelu}, 0, 0, 0, 0>,
        from<A1T3, 1, 0, 0, 0, 0>>,
    output<4, activation::elu>> {};
using declared = network<A0, A1, feedback<A1, A0>, pool<pool_mode::max>>;
static_assert(is_one_of<rule::unheard_feedback>(broken_rule<declared>), "seed 1, index 112: feedback that is not heard");
}  // namespace r0112

namespace r0113 {  // feedback from nobody (network); the reference refuses it
struct A0T0 : inhibitory<3, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::per_type>> {};
struct A0T1 : hybrid<2, nonlinearity<activation::silu>, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<4, 5, 5, neuron_class::excitatory>,
    feedback_channels<3>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {5, 3}}, edge{.extent = {3, 1}}, 0>,
        from<top_down, edge{.extent = {5, 5}, .bias = false}, edge{.bias = false}, 0>,
        from<A0T0, edge{.extent = {5, 1}, .bias = false}, edge{.extent = {5, 5}}, 0>,
        from<A0T1, 1, 0, edge{.extent = {1, 5}}>>,
    output<1>> {};
struct A1T0 : inhibitory<1, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::spatial>,
    initial_state<fill::ones>> {};
struct A1 : area<input<1, 5, 5>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::leaky_relu}, 0>,
        from<top_down, 0, edge{.extent = {5, 5}}>,
        from<A1T0, edge{.extent = {5, 5}, .nonlinearity = activation::hard_tanh}, edge{.bias = false}>>,
    output<2, activation::hard_sigmoid>> {};
struct A2T0 : inhibitory<2, nonlinearity<activation::relu6>, tau<tau_mode::per_subtype_spatial>> {};
struct A2T1 : inhibitory<4, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct A2T2 : hybrid<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>> {};
struct A2T3 : excitatory<3, tau<tau_mode::spatial>> {};
struct A2 : area<input<2, 6, 6>,
    neurons<A2T0, A2T1, A2T2, A2T3>,
    connectivity<
        from<stimulus, 0, 0, edge{.extent = {1, 3}, .bias = false}, edge{.extent = {3, 1}, .bias = false}, 0>,
        from<A2T0, edge{.extent = {3, 1}, .groups = 2}, edge{.extent = {1, 5}, .bias = false}, edge{.extent = {5, 3},
            .bias = false}, 0, edge{.extent = {1, 1}}>,
        from<A2T1, edge{.extent = {5, 3}, .groups = 2}, 0, 1, edge{.extent = {5, 1}}, 0>,
        from<A2T2, 0, edge{.extent = {5, 5}}, edge{.extent = {3, 1}}, 0, edge{.extent = {3, 1}}>,
        from<A2T3, 1, edge{.extent = {5, 1}, .bias = false}, 1, 1, 0>>,
    output<2>> {};
struct A3T0 : excitatory<1, tau<tau_mode::per_type>> {};
struct A3T1 : hybrid<4, nonlinearity<activation::elu>, tau<tau_mode::per_type>> {};
struct A3 : area<input<2, 6, 6>,
    neurons<A3T0, A3T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 3}, .bias = false}, 0>,
        from<A3T0, 0, 0, edge{.bias = false}>,
        from<A3T1, edge{.bias = false}, 0, edge{.extent = {5, 5}, .bias = false}>>,
    output<4>> {};
using declared = network<A0, A1, A2, A3, feedback<A2, A1>, pool<pool_mode::max>>;
static_assert(is_one_of<rule::missing_feedback>(broken_rule<declared>), "seed 1, index 113: feedback from nobody");
}  // namespace r0113

namespace r0114 {  // channels for feedback in a network without (network); the reference refuses it
struct A0T0 : hybrid<4, tau<tau_mode::per_type>> {};
struct A0T1 : hybrid<4, nonlinearity<activation::hard_sigmoid>> {};
struct A0 : area<input<2, 3, 3, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 0, edge{.groups = 2}>,
        from<A0T0, edge{.extent = {1, 1}, .groups = 2, .nonlinearity = activation::tanh}, edge{.groups = 4},
            edge{.groups = 2, .nonlinearity = activation::elu}>,
        from<A0T1, 0, 0, edge{.nonlinearity = activation::softplus}>>,
    output<4>> {};
struct A1T0 : inhibitory<4, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
struct A1T1 : hybrid<1, nonlinearity<activation::leaky_relu>, tau<tau_mode::per_subtype_spatial>> {};
struct A1T2 : hybrid<3, nonlinearity<activation::hard_tanh>, tau<tau_mode::spatial>> {};
struct A1 : area<input<4, 3, 3, neuron_class::inhibitory>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, 1, 1, edge{.extent = {1, 1}}, 1>,
        from<A1T0, 0, 1, 0, 0>,
        from<A1T1, 1, 0, edge{.extent = {3, 1}}, 1>,
        from<A1T2, 0, 1, edge{.extent = {1, 1}}, 0>>,
    output<4, activation::gelu>> {};
struct A2T0 : inhibitory<3, tau<tau_mode::spatial>> {};
struct A2T1 : hybrid<4> {};
struct A2 : area<input<4, 4, 4, neuron_class::excitatory>,
    feedback_channels<1>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 1}}, 0>,
        from<top_down, 1, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}>,
        from<A2T0, 0, 1, edge{.extent = {1, 1}}>,
        from<A2T1, edge{.extent = {3, 1}}, edge{.extent = {1, 1}}, 1>>,
    output<2>> {};
struct A3T0 : excitatory<2, nonlinearity<activation::relu6>> {};
struct A3T1 : hybrid<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
struct A3T2 : hybrid<2, nonlinearity<activation::gelu>, tau<tau_mode::per_subtype_spatial>> {};
struct A3T3 : hybrid<2, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
struct A3 : area<input<2, 5, 5>,
    neurons<A3T0, A3T1, A3T2, A3T3>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 5}}, edge{.groups = 2}, 0, 0>,
        from<A3T0, edge{.extent = {3, 5}}, 1, 1, 0, edge{.extent = {5, 5}}>,
        from<A3T1, edge{.groups = 2}, edge{.extent = {5, 5}, .groups = 4}, 1, 1, edge{.extent = {5, 3}}>,
        from<A3T2, edge{.extent = {3, 5}, .groups = 2}, edge{.groups = 2}, edge{.extent = {5, 5}}, edge{.extent = {5,
            1}, .groups = 2}, edge{.extent = {1, 5}}>,
        from<A3T3, edge{.groups = 2}, 1, 0, edge{.extent = {1, 1}}, 1>>,
    output<1>> {};
using declared = network<A0, A1, A2, A3, pool<pool_mode::max>>;
static_assert(is_one_of<rule::missing_feedback>(broken_rule<declared>), "seed 1, index 114: channels for feedback in a network without");
}  // namespace r0114

namespace r0115 {  // feedback of even extent (network); the reference refuses it
struct A0T0 : inhibitory<1, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::per_type>> {};
struct A0T1 : hybrid<2, nonlinearity<activation::hard_tanh>> {};
struct A0 : area<input<2, 4, 4>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::softplus}, 0, 0>,
        from<top_down, edge{.extent = {3, 1}}, edge{.extent = {1, 1}, .nonlinearity = activation::silu}, 0>,
        from<A0T0, 0, 1, 0>,
        from<A0T1, 0, 0, edge{.extent = {1, 3}, .groups = 2}>>,
    output<2>> {};
struct A1T0 : hybrid<3, nonlinearity<activation::leaky_relu>, tau<tau_mode::per_subtype_spatial>> {};
struct A1T1 : hybrid<1, nonlinearity<activation::relu>> {};
struct A1T2 : inhibitory<1, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::per_type>> {};
struct A1 : area<input<2, 3, 3, neuron_class::inhibitory>,
    feedback_channels<2>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, 1, edge{.extent = {3, 1}}, 0>,
        from<top_down, 0, edge{.extent = {1, 1}}, 0, 0>,
        from<A1T0, edge{.extent = {1, 1}}, 0, edge{.nonlinearity = activation::leaky_relu}, 0>,
        from<A1T1, edge{.extent = {1, 1}, .nonlinearity = activation::sigmoid}, edge{.extent = {1, 1}}, 0,
            edge{.nonlinearity = activation::hard_sigmoid}>,
        from<A1T2, edge{.extent = {3, 1}, .nonlinearity = activation::elu}, 0, 0, edge{.extent = {1, 3}}>>,
    output<4>> {};
struct A2T0 : hybrid<4, tau<tau_mode::per_type>> {};
struct A2T1 : hybrid<3, nonlinearity<activation::leaky_relu>, tau<tau_mode::spatial>> {};
struct A2 : area<input<4, 3, 3>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::hard_tanh, .bias = false}, edge{.bias = false}, 0>,
        from<A2T0, 0, 0, 1>,
        from<A2T1, edge{.nonlinearity = activation::tanh, .bias = false}, 0, 0>>,
    output<4>> {};
using declared = network<A0, A1, A2, feedback<A2, A0>, feedback<A2, A1, edge{.extent = {4, 3}}>>;
static_assert(is_one_of<rule::even_extent>(broken_rule<declared>), "seed 1, index 115: feedback of even extent");
}  // namespace r0115

namespace r0116 {  // feedback of no extent (network); the reference refuses it
struct A0T0 : hybrid<3, nonlinearity<activation::relu6>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : hybrid<2, nonlinearity<activation::relu>, tau<tau_mode::spatial>> {};
struct A0T2 : excitatory<2, nonlinearity<activation::tanh>, signed_rates> {};
struct A0 : area<input<2, 3, 3, neuron_class::excitatory>,
    feedback_channels<2>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, 0, 0, 0>,
        from<top_down, 0, edge{.groups = 2}, 0, edge{.extent = {1, 1}}>,
        from<A0T0, 0, 0, edge{.extent = {1, 3}}, edge{.extent = {3, 1}}>,
        from<A0T1, edge{.extent = {1, 1}}, 0, 0, 0>,
        from<A0T2, edge{.extent = {1, 1}}, 0, edge{.extent = {1, 1}}, edge{.extent = {1, 3}}>>,
    output<2>> {};
struct A1T0 : inhibitory<1, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct A1T1 : hybrid<4, nonlinearity<activation::gelu>, tau<tau_mode::spatial>> {};
struct A1T2 : inhibitory<3, tau<tau_mode::spatial>> {};
struct A1T3 : excitatory<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
struct A1 : area<input<2, 3, 3, neuron_class::inhibitory>,
    feedback_channels<2>,
    neurons<A1T0, A1T1, A1T2, A1T3>,
    connectivity<
        from<stimulus, 0, 0, 1, 0, 0>,
        from<top_down, 0, 0, 0, edge{.nonlinearity = activation::elu}, 0>,
        from<A1T0, 0, edge{.nonlinearity = activation::sigmoid}, 0, 0, 0>,
        from<A1T1, 0, 0, 1, 0, 1>,
        from<A1T2, edge{.extent = {1, 1}, .nonlinearity = activation::softplus}, 0, 0, 0, 0>,
        from<A1T3, edge{.nonlinearity = activation::hard_sigmoid}, edge{.nonlinearity = activation::silu}, 0, 0, 0>>,
    output<1, activation::gelu>> {};
struct A2T0 : excitatory<4, nonlinearity<activation::hard_tanh>, signed_rates> {};
struct A2T1 : excitatory<4, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct A2T2 : inhibitory<4, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::spatial>> {};
struct A2T3 : inhibitory<2, nonlinearity<activation::relu>> {};
struct A2 : area<input<1, 3, 3>,
    feedback_channels<2, neuron_class::excitatory>,
    neurons<A2T0, A2T1, A2T2, A2T3>,
    connectivity<
        from<stimulus, edge{.bias = false}, edge{.nonlinearity = activation::hard_tanh}, edge{.extent = {1, 3}},
            edge{.bias = false}, edge{.nonlinearity = activation::softplus, .bias = false}>,
        from<top_down, edge{.extent = {3, 1}, .bias = false}, edge{.extent = {1, 3},
            .nonlinearity = activation::hard_tanh}, edge{.bias = false},
            edge{.nonlinearity = activation::leaky_relu, .bias = false}, 0>,
        from<A2T0, edge{.extent = {3, 1}, .bias = false}, edge{.extent = {1, 3},
            .nonlinearity = activation::hard_tanh, .bias = false}, 0,
            edge{.nonlinearity = activation::hard_tanh}, 0>,
        from<A2T1, 0, edge{.extent = {1, 1}, .nonlinearity = activation::tanh, .bias = false}, edge{.extent = {1,
            3}}, edge{.extent = {1, 1}}, 0>,
        from<A2T2, 1, edge{.bias = false}, 0, edge{.extent = {1, 1}, .bias = false}, edge{.bias = false}>,
        from<A2T3, edge{.nonlinearity = activation::relu}, edge{.nonlinearity = activation::softplus}, 0,
            edge{.extent = {1, 1}, .nonlinearity = activation::hard_tanh}, edge{.extent = {3, 1},
            .nonlinearity = activation::leaky_relu, .bias = false}>>,
    output<4>> {};
struct A3T0 : excitatory<3, tau<tau_mode::spatial>> {};
struct A3 : area<input<4, 3, 3>,
    neurons<A3T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<A3T0, edge{.groups = 3}, 1>>,
    output<4>> {};
using declared = network<A0, A1, A2, A3, feedback<A1, A0, edge{.nonlinearity = activation::gelu}>, feedback<A2, A0, edge{.nonlinearity = activation::sigmoid}>, feedback<A2, A1, edge{.nonlinearity = activation::relu}>, feedback<A3, A0, edge{.nonlinearity = activation::sigmoid}>, feedback<A3, A1, edge{.extent = {-1, 3}, .nonlinearity = activation::tanh}>, feedback<A3, A2, edge{.nonlinearity = activation::relu}>, pool<pool_mode::max>, area_delay<1>>;
static_assert(is_one_of<rule::small_extent>(broken_rule<declared>), "seed 1, index 116: feedback of no extent");
}  // namespace r0116

namespace r0117 {  // feedback of large extent (network); the reference takes it
struct A0T0 : inhibitory<2, tau<tau_mode::per_type>> {};
struct A0T1 : inhibitory<1, nonlinearity<activation::hard_sigmoid>> {};
struct A0T2 : hybrid<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
struct A0 : area<input<1, 5, 4, neuron_class::excitatory>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, 0, 1, 0, 0>,
        from<top_down, 1, 0, 0, 0>,
        from<A0T0, 0, 1, 0, edge{.extent = {5, 3}}>,
        from<A0T1, 1, 0, edge{.extent = {5, 1}}, 0>,
        from<A0T2, edge{.extent = {1, 3}, .groups = 2}, 0, 0, 0>>,
    output<3>> {};
struct A1T0 : hybrid<2, tau<tau_mode::spatial>, initial_state<fill::ones>> {};
struct A1T1 : hybrid<3, initial_state<fill::ones>> {};
struct A1T2 : hybrid<4, initial_state<fill::ones>> {};
struct A1 : area<input<3, 5, 4, neuron_class::excitatory>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::silu}, edge{.extent = {1, 1}, .groups = 3,
            .nonlinearity = activation::hard_tanh}, 1, 0>,
        from<A1T0, edge{.nonlinearity = activation::relu}, edge{.extent = {5, 3}, .nonlinearity = activation::relu},
            edge{.nonlinearity = activation::gelu}, edge{.extent = {3, 1}, .groups = 2}>,
        from<A1T1, 1, 0, 0, edge{.nonlinearity = activation::silu}>,
        from<A1T2, 1, edge{.extent = {3, 1}}, edge{.extent = {5, 1}, .groups = 4}, edge{.extent = {5, 3},
            .groups = 2}>>,
    output<2>> {};
using declared = network<A0, A1, feedback<A1, A0, edge{.extent = {7, 3}, .nonlinearity = activation::elu}>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 117: feedback of large extent");
}  // namespace r0117

namespace r0118 {  // fewer than two classes (classifier); the reference takes it
struct A0T0 : hybrid<4, nonlinearity<activation::leaky_relu>, tau<tau_mode::per_type>> {};
struct A0T1 : inhibitory<4, tau<tau_mode::spatial>> {};
struct A0T2 : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<2, 4, 3>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 0, edge{.extent = {3, 1}, .groups = 2}, 0>,
        from<A0T0, 0, edge{.groups = 4}, 0, 0>,
        from<A0T1, edge{.extent = {1, 1}}, edge{.extent = {1, 1}, .groups = 2}, 0, 1>,
        from<A0T2, 0, edge{.extent = {1, 3}}, 0, 0>>,
    output<1, activation::hard_sigmoid>> {};
struct Net : network<A0> {};
using declared = classifier<Net, classes<0>, hidden<2>, readout_pool<pool_mode::max, 1, 1>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 118: fewer than two classes");
}  // namespace r0118

namespace r0119 {  // no hidden units (classifier); the reference takes it
struct A0T0 : excitatory<2, nonlinearity<activation::relu>> {};
struct A0T1 : inhibitory<4, tau<tau_mode::spatial>> {};
struct A0T2 : hybrid<1, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A0T3 : hybrid<2, tau<tau_mode::spatial>> {};
struct A0 : area<input<4, 3, 5, neuron_class::excitatory>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.extent = {1, 5}, .nonlinearity = activation::silu}, 0, edge{.extent = {1, 1}}, 1,
            edge{.extent = {1, 5}}>,
        from<A0T0, 0, 1, 1, edge{.nonlinearity = activation::tanh}, edge{.extent = {3, 5},
            .nonlinearity = activation::relu}>,
        from<A0T1, edge{.extent = {3, 5}}, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, 0, 0>,
        from<A0T2, 1, edge{.extent = {3, 1}}, edge{.extent = {1, 3}}, 1, 1>,
        from<A0T3, 0, edge{.nonlinearity = activation::hard_sigmoid}, 0, edge{.nonlinearity = activation::hard_tanh},
            edge{.extent = {1, 5}, .nonlinearity = activation::softplus}>>,
    output<4>> {};
struct Net : network<A0> {};
using declared = classifier<Net, classes<4>, hidden<0>, dropout<0.3>, readout_pool<pool_mode::max, 1, 1>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 119: no hidden units");
}  // namespace r0119

namespace r0120 {  // a dropout out of range (classifier); the reference refuses it
struct A0T0 : excitatory<4, nonlinearity<activation::relu>, tau<tau_mode::spatial>> {};
struct A0T1 : excitatory<3, nonlinearity<activation::tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0T2 : excitatory<2, nonlinearity<activation::silu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0T3 : inhibitory<4, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<1, 3, 5, neuron_class::excitatory>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}, .nonlinearity = activation::gelu}, edge{.extent = {1, 5}},
            edge{.extent = {3, 5}}, edge{.extent = {1, 3}}, 0>,
        from<A0T0, 0, 1, 0, edge{.extent = {1, 1}, .groups = 2, .nonlinearity = activation::hard_sigmoid}, 0>,
        from<A0T1, edge{.nonlinearity = activation::relu}, 1, edge{.extent = {3, 1},
            .nonlinearity = activation::hard_sigmoid}, 0, 1>,
        from<A0T2, edge{.extent = {1, 5}}, edge{.extent = {1, 1}, .nonlinearity = activation::leaky_relu},
            edge{.groups = 2}, 0, 0>,
        from<A0T3, edge{.extent = {1, 1}, .groups = 4}, edge{.extent = {3, 5},
            .nonlinearity = activation::hard_tanh}, 1, 0, 0>>,
    output<2>> {};
struct Net : network<A0> {};
using declared = classifier<Net, classes<6>, hidden<3>, dropout<-0.25>, readout_pool<pool_mode::average, 3, 3>>;
static_assert(is_one_of<rule::dropout_range>(broken_rule<declared>), "seed 1, index 120: a dropout out of range");
}  // namespace r0120

namespace r0121 {  // a readout pooled to nothing (classifier); the reference refuses it
struct A0T0 : excitatory<4, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : inhibitory<2, nonlinearity<activation::elu>, signed_rates> {};
struct A0 : area<input<2, 4, 4>,
    feedback_channels<3>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 1, 0, 0>,
        from<top_down, edge{.extent = {3, 1}}, edge{.extent = {3, 1}}, 0>,
        from<A0T0, edge{.extent = {1, 1}, .groups = 4}, edge{.extent = {3, 1}, .groups = 2}, edge{.extent = {1, 1}}>,
        from<A0T1, 0, 0, edge{.extent = {1, 1}, .groups = 2}>>,
    output<2>> {};
struct A1T0 : excitatory<1> {};
struct A1T1 : excitatory<2, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::spatial>> {};
struct A1T2 : hybrid<4, tau<tau_mode::per_type>> {};
struct A1 : area<input<2, 4, 4>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0, 1, 0>,
        from<A1T0, edge{.bias = false}, edge{.extent = {1, 3}}, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}>,
        from<A1T1, edge{.bias = false}, edge{.extent = {1, 1}, .bias = false}, edge{.extent = {1, 1}}, 1>,
        from<A1T2, 0, edge{.extent = {1, 1}}, 0, edge{.bias = false}>>,
    output<4>> {};
struct Net : network<A0, A1, feedback<A1, A0>> {};
using declared = classifier<Net, classes<4>, hidden<3>, readout_pool<pool_mode::average, -1, 1>>;
static_assert(is_one_of<rule::small_readout_pool>(broken_rule<declared>), "seed 1, index 121: a readout pooled to nothing");
}  // namespace r0121

namespace r0122 {  // a readout pooled to more than the map (classifier); the reference takes it
struct A0T0 : inhibitory<2, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
struct A0T1 : hybrid<4, nonlinearity<activation::gelu>> {};
struct A0T2 : inhibitory<2, nonlinearity<activation::relu6>> {};
struct A0T3 : inhibitory<4, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct A0 : area<input<3, 3, 3, neuron_class::inhibitory>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}, .bias = false}, 0, edge{.extent = {1, 1}, .bias = false}, 0, 0>,
        from<A0T0, edge{.extent = {1, 3}}, edge{.groups = 2}, 0, 0, edge{.extent = {1, 3}, .groups = 2}>,
        from<A0T1, 0, edge{.extent = {1, 1}, .groups = 2}, 0, edge{.extent = {1, 3}, .groups = 4, .bias = false},
            edge{.extent = {3, 1}, .groups = 2}>,
        from<A0T2, 0, 0, edge{.groups = 2, .bias = false}, 0, edge{.groups = 2}>,
        from<A0T3, edge{.groups = 2}, edge{.groups = 2, .bias = false}, 1, edge{.extent = {3, 1}, .bias = false},
            edge{.extent = {3, 1}}>>,
    output<2>> {};
struct A1T0 : inhibitory<1, nonlinearity<activation::elu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A1T1 : inhibitory<4, tau<tau_mode::per_type>> {};
struct A1 : area<input<2, 3, 3, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 1, 0, 1>,
        from<A1T0, 1, 1, 1>,
        from<A1T1, 1, 1, 1>>,
    output<1, activation::relu>> {};
struct Net : network<A0, A1, area_delay<1>> {};
using declared = classifier<Net, classes<6>, hidden<7>, readout_pool<pool_mode::average, 1, 4>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 122: a readout pooled to more than the map");
}  // namespace r0122

}  // namespace cortexpr::differential
