// Written by tests/differential/generate.py; do not edit.
// clang-format off
#include "agreed.hpp"

namespace cortexpr::differential {

struct stranger : hybrid<1> {};

namespace r0000 {  // a type has no row (area 1); the reference refuses it
struct T0 : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : inhibitory<4, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<2, 4, 5, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 1, 0>,
        from<T0, 1, 0, edge{.extent = {1, 5}, .bias = false}>>,
    output<2>>;
static_assert(is_one_of<rule::missing_row>(broken_rule<declared>), "seed 1, index 0: a type has no row");
}  // namespace r0000

namespace r0001 {  // the input has no row (area 1); the reference refuses it
struct T0 : inhibitory<1, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : excitatory<3, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
using declared = area<input<1, 3, 4>,
    neurons<T0, T1>,
    connectivity<
        from<T0, edge{.extent = {1, 3}}, edge{.nonlinearity = activation::gelu},
            edge{.nonlinearity = activation::silu}>,
        from<T1, 0, edge{.nonlinearity = activation::sigmoid}, edge{.extent = {1, 1},
            .nonlinearity = activation::relu6}>>,
    output<2, activation::sigmoid>>;
static_assert(is_one_of<rule::missing_stimulus_row>(broken_rule<declared>), "seed 1, index 1: the input has no row");
}  // namespace r0001

namespace r0002 {  // feedback has no row (area 0); the reference refuses it
struct T0 : inhibitory<3, initial_state<fill::ones>> {};
struct T1 : hybrid<2, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>,
    initial_state<fill::ones>> {};
struct T2 : excitatory<4, tau<tau_mode::per_subtype_spatial>, initial_state<fill::ones>> {};
struct T3 : excitatory<2, initial_state<fill::ones>> {};
using declared = area<input<1, 4, 3>,
    feedback_channels<4>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, 0, 0, 0>,
        from<T0, 0, 0, edge{.extent = {1, 3}}, 0, edge{.bias = false}>,
        from<T1, 0, 1, 0, 0, edge{.extent = {1, 1}, .bias = false}>,
        from<T2, 0, 1, 0, 0, 0>,
        from<T3, 0, 0, edge{.groups = 4, .bias = false}, 0, edge{.extent = {1, 3}, .bias = false}>>,
    output<4>>;
static_assert(is_one_of<rule::missing_top_down_row>(broken_rule<declared>), "seed 1, index 2: feedback has no row");
}  // namespace r0002

namespace r0003 {  // a row for feedback that is not heard (area 1); the reference refuses it
struct T0 : hybrid<4, tau<tau_mode::per_type>> {};
using declared = area<input<3, 3, 3, neuron_class::excitatory>,
    neurons<T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<top_down, 1, 1>,
        from<T0, 0, 1>>,
    output<1>>;
static_assert(is_one_of<rule::top_down_without_channels>(broken_rule<declared>), "seed 1, index 3: a row for feedback that is not heard");
}  // namespace r0003

namespace r0004 {  // a row too many (area 0); the reference refuses it
struct T0 : excitatory<3, tau<tau_mode::spatial>> {};
struct T1 : excitatory<4, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::spatial>> {};
using declared = area<input<4, 3, 5>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::silu}, edge{.extent = {1, 1}, .groups = 4,
            .nonlinearity = activation::tanh}, 0>,
        from<T0, edge{.extent = {1, 5}, .groups = 3, .nonlinearity = activation::hard_tanh},
            edge{.nonlinearity = activation::relu6}, edge{.groups = 3}>,
        from<T1, edge{.nonlinearity = activation::silu}, edge{.extent = {3, 5}, .nonlinearity = activation::elu}, 0>,
        from<stranger, 0, 0, 0>>,
    output<3>>;
static_assert(is_one_of<rule::unknown_source, rule::repeated_row>(broken_rule<declared>), "seed 1, index 4: a row too many");
}  // namespace r0004

namespace r0005 {  // a cell too few (area 0); the reference refuses it
struct T0 : inhibitory<3, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<1, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::per_type>> {};
using declared = area<input<3, 3, 3, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 0, 1, 0>,
        from<T0, edge{.extent = {1, 3}}, 0, 1>,
        from<T1, edge{.extent = {3, 1}}, edge{.extent = {1, 1}}>>,
    output<2>>;
static_assert(is_one_of<rule::few_cells>(broken_rule<declared>), "seed 1, index 5: a cell too few");
}  // namespace r0005

namespace r0006 {  // a cell too many (area 0); the reference refuses it
struct T0 : excitatory<2, nonlinearity<activation::none>, signed_rates> {};
struct T1 : inhibitory<4, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct T2 : inhibitory<2, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
using declared = area<input<4, 4, 5, neuron_class::inhibitory>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, edge{.groups = 2, .bias = false}, edge{.extent = {3, 5}, .groups = 4,
            .nonlinearity = activation::elu}, edge{.extent = {3, 1}, .nonlinearity = activation::silu}, 0, 0>,
        from<T0, 0, edge{.extent = {1, 1}}, edge{.nonlinearity = activation::softplus, .bias = false}, 0, 1>,
        from<T1, edge{.extent = {1, 5}, .bias = false}, 0, edge{.extent = {3, 5}, .groups = 2,
            .nonlinearity = activation::softplus, .bias = false}, edge{.bias = false}, 1>,
        from<T2, 0, 1, 0, 0, 1>>,
    output<3>>;
static_assert(is_one_of<rule::many_cells>(broken_rule<declared>), "seed 1, index 6: a cell too many");
}  // namespace r0006

namespace r0007 {  // a cell that is no mark (area 1); the reference takes it
struct T0 : inhibitory<2, tau<tau_mode::spatial>> {};
struct T1 : excitatory<2, nonlinearity<activation::gelu>, signed_rates> {};
struct T2 : hybrid<2, nonlinearity<activation::none>, tau<tau_mode::per_subtype_spatial>> {};
struct T3 : inhibitory<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
using declared = area<input<2, 3, 3>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 3}, .nonlinearity = activation::tanh}, 1, edge{.extent = {3, 1},
            .nonlinearity = activation::softplus}, 0>,
        from<T0, edge{.extent = {1, 1}}, edge{.extent = {1, 1}, .nonlinearity = activation::tanh}, -1, 0, 0>,
        from<T1, edge{.extent = {1, 1}, .nonlinearity = activation::sigmoid}, 0, 0, 0, 0>,
        from<T2, edge{.extent = {1, 3}}, 0, edge{.extent = {3, 1}, .nonlinearity = activation::gelu}, 0,
            edge{.nonlinearity = activation::relu}>,
        from<T3, 0, 0, edge{.extent = {1, 3}}, 0, 0>>,
    output<3, activation::tanh>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 7: a cell that is no mark");
}  // namespace r0007

namespace r0008 {  // a type receives nothing (area 0); the reference refuses it
struct T0 : inhibitory<2, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : inhibitory<2, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>> {};
struct T2 : hybrid<3, nonlinearity<activation::elu>> {};
struct T3 : inhibitory<4, nonlinearity<activation::relu>, tau<tau_mode::per_type>> {};
using declared = area<input<2, 3, 4>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 1, 0, 1, 0, edge{.groups = 2}>,
        from<T0, edge{.extent = {1, 1}}, edge{.groups = 2}, 1, 0, 1>,
        from<T1, 1, edge{.extent = {3, 1}, .groups = 2}, edge{.extent = {1, 1}}, 0, edge{.groups = 2}>,
        from<T2, 0, 1, edge{.extent = {3, 1}}, 0, 1>,
        from<T3, 1, edge{.extent = {3, 1}, .groups = 2}, edge{.extent = {3, 1}}, 0, 1>>,
    output<2>>;
static_assert(is_one_of<rule::receives_nothing, rule::unused_stimulus, rule::unused_top_down>(broken_rule<declared>), "seed 1, index 8: a type receives nothing");
}  // namespace r0008

namespace r0009 {  // a type hears itself only (area 3); the reference takes it
struct T0 : excitatory<2, nonlinearity<activation::silu>, signed_rates> {};
using declared = area<input<3, 3, 3, neuron_class::inhibitory>,
    neurons<T0>,
    connectivity<
        from<stimulus, 0, 1>,
        from<T0, edge{.groups = 2, .bias = false}, 1>>,
    output<1>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 9: a type hears itself only");
}  // namespace r0009

namespace r0010 {  // a type sends to nobody (area 0); the reference takes it
struct T0 : hybrid<4, tau<tau_mode::spatial>> {};
using declared = area<input<2, 4, 5>,
    neurons<T0>,
    connectivity<
        from<stimulus, 1, 1>,
        from<T0, 0, 0>>,
    output<2>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 10: a type sends to nobody");
}  // namespace r0010

namespace r0011 {  // nothing goes out (area 1); the reference refuses it
struct T0 : inhibitory<2> {};
struct T1 : hybrid<4, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_type>> {};
struct T2 : hybrid<3, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
using declared = area<input<2, 3, 3>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, 1, 1, 1, 0>,
        from<T0, edge{.groups = 2, .bias = false}, edge{.groups = 2, .bias = false}, 0, 0>,
        from<T1, edge{.groups = 2, .bias = false}, 0, edge{.bias = false}, 0>,
        from<T2, 1, 0, 0, 0>>,
    output<1>>;
static_assert(is_one_of<rule::no_output_edge>(broken_rule<declared>), "seed 1, index 11: nothing goes out");
}  // namespace r0011

namespace r0012 {  // the input goes nowhere (area 1); the reference refuses it
struct T0 : hybrid<2, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<3, 4, 3, neuron_class::inhibitory>,
    neurons<T0>,
    connectivity<
        from<stimulus, 0, 0>,
        from<T0, 0, edge{.extent = {1, 3}, .groups = 2}>>,
    output<4>>;
static_assert(is_one_of<rule::unused_stimulus, rule::no_output_edge>(broken_rule<declared>), "seed 1, index 12: the input goes nowhere");
}  // namespace r0012

namespace r0013 {  // feedback goes nowhere (area 0); the reference takes it
struct T0 : excitatory<1, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::spatial>> {};
using declared = area<input<2, 4, 4>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<T0>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::tanh}, 0>,
        from<top_down, 0, 0>,
        from<T0, edge{.nonlinearity = activation::hard_tanh}, edge{.nonlinearity = activation::relu}>>,
    output<1>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 13: feedback goes nowhere");
}  // namespace r0013

namespace r0014 {  // an even extent (area 1); the reference refuses it
struct T0 : hybrid<2, nonlinearity<activation::elu>, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : excitatory<2, nonlinearity<activation::silu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct T2 : hybrid<1, nonlinearity<activation::leaky_relu>> {};
using declared = area<input<4, 4, 3>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}, .groups = 2, .bias = false}, edge{.bias = false}, edge{.extent = {3,
            1}}, 0>,
        from<T0, 0, edge{.extent = {3, 1}, .groups = 2, .bias = false}, 1, 0>,
        from<T1, edge{.extent = {3, 1}, .bias = false}, 1, 0, 1>,
        from<T2, edge{.extent = {3, 2}, .bias = false}, 0, 1, 0>>,
    output<1>>;
static_assert(is_one_of<rule::even_extent>(broken_rule<declared>), "seed 1, index 14: an even extent");
}  // namespace r0014

namespace r0015 {  // an extent of nothing (area 2); the reference refuses it
struct T0 : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : inhibitory<2, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
using declared = area<input<1, 3, 3>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.extent = {3, -1}}, 1, 0>,
        from<T0, 0, 0, 1>,
        from<T1, 0, 1, 1>>,
    output<1>>;
static_assert(is_one_of<rule::small_extent>(broken_rule<declared>), "seed 1, index 15: an extent of nothing");
}  // namespace r0015

namespace r0016 {  // an extent larger than the map (area 0); the reference takes it
struct T0 : excitatory<2, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::spatial>> {};
struct T1 : hybrid<1, nonlinearity<activation::elu>, tau<tau_mode::per_type>> {};
struct T2 : inhibitory<2, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<1, 4, 5, neuron_class::excitatory>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, edge{.bias = false}, edge{.bias = false}, edge{.bias = false}, edge{.extent = {1, 5}}>,
        from<T0, 0, edge{.extent = {3, 5}, .bias = false}, 0, 0>,
        from<T1, 0, 0, edge{.extent = {3, 5}}, 1>,
        from<T2, edge{.bias = false}, 1, edge{.extent = {1, 9}, .nonlinearity = activation::tanh, .bias = false},
            edge{.extent = {1, 5}}>>,
    output<4, activation::hard_tanh>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 16: an extent larger than the map");
}  // namespace r0016

namespace r0017 {  // groups that do not divide the source (area 1); the reference refuses it
struct T0 : hybrid<2, nonlinearity<activation::none>, tau<tau_mode::per_type>> {};
struct T1 : excitatory<3, nonlinearity<activation::none>, signed_rates> {};
struct T2 : hybrid<4, tau<tau_mode::spatial>> {};
struct T3 : excitatory<3, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
using declared = area<input<4, 3, 3, neuron_class::excitatory>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, 1, 0, edge{.extent = {1, 1}}, 0>,
        from<T0, 0, 0, edge{.extent = {3, 1}, .groups = 5}, 0, edge{.extent = {3, 1}}>,
        from<T1, edge{.extent = {3, 1}}, 0, 1, 1, 1>,
        from<T2, 1, 1, 1, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}>,
        from<T3, 1, edge{.extent = {1, 1}}, edge{.extent = {1, 3}}, edge{.extent = {3, 1}}, 1>>,
    output<1, activation::softplus>>;
static_assert(is_one_of<rule::groups_of_source>(broken_rule<declared>), "seed 1, index 17: groups that do not divide the source");
}  // namespace r0017

namespace r0018 {  // groups that do not divide the target (area 1); the reference refuses it
struct T0 : excitatory<1, nonlinearity<activation::silu>, signed_rates> {};
struct T1 : inhibitory<1, nonlinearity<activation::tanh>, signed_rates, tau<tau_mode::spatial>> {};
using declared = area<input<3, 4, 4>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 0, edge{.groups = 3}, 0>,
        from<T0, edge{.nonlinearity = activation::hard_sigmoid}, 1, edge{.nonlinearity = activation::leaky_relu}>,
        from<T1, edge{.nonlinearity = activation::relu}, edge{.nonlinearity = activation::silu}, 1>>,
    output<2, activation::softplus>>;
static_assert(is_one_of<rule::groups_of_target>(broken_rule<declared>), "seed 1, index 18: groups that do not divide the target");
}  // namespace r0018

namespace r0019 {  // groups below one (area 1); the reference refuses it
struct T0 : excitatory<3, nonlinearity<activation::gelu>, signed_rates> {};
struct T1 : excitatory<4, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::per_type>> {};
struct T2 : inhibitory<4, tau<tau_mode::per_type>> {};
struct T3 : inhibitory<2, nonlinearity<activation::relu>, tau<tau_mode::per_type>> {};
using declared = area<input<1, 4, 6>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::tanh}, edge{.extent = {1, 1},
            .nonlinearity = activation::tanh}, 0, edge{.nonlinearity = activation::sigmoid, .bias = false}, 0>,
        from<T0, edge{.extent = {1, 3}, .bias = false}, 0, edge{.extent = {1, 1}}, edge{.extent = {1, 3},
            .bias = false}, edge{.extent = {3, 1}, .nonlinearity = activation::silu, .bias = false}>,
        from<T1, 0, edge{.extent = {3, 1}, .bias = false}, edge{.extent = {1, 1},
            .nonlinearity = activation::softplus, .bias = false}, 1,
            edge{.nonlinearity = activation::softplus}>,
        from<T2, edge{.extent = {1, 1}, .nonlinearity = activation::hard_sigmoid}, edge{.groups = -1,
            .nonlinearity = activation::sigmoid, .bias = false}, edge{.extent = {1, 1},
            .nonlinearity = activation::hard_tanh}, edge{.extent = {1, 1},
            .nonlinearity = activation::sigmoid}, 1>,
        from<T3, edge{.extent = {1, 3}, .nonlinearity = activation::hard_sigmoid, .bias = false}, edge{.extent = {1,
            5}, .nonlinearity = activation::relu6, .bias = false}, edge{.extent = {1, 3},
            .nonlinearity = activation::hard_tanh, .bias = false}, 0, edge{.bias = false}>>,
    output<4>>;
static_assert(is_one_of<rule::few_groups>(broken_rule<declared>), "seed 1, index 19: groups below one");
}  // namespace r0019

namespace r0020 {  // a type without subtypes (area 0); the reference refuses it
struct T0 : hybrid<1, nonlinearity<activation::tanh>> {};
struct T1 : excitatory<0, nonlinearity<activation::none>, signed_rates> {};
using declared = area<input<4, 3, 5, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 0, edge{.groups = 2, .nonlinearity = activation::sigmoid}>,
        from<T0, 0, edge{.extent = {1, 5}, .nonlinearity = activation::leaky_relu}, 0>,
        from<T1, edge{.extent = {3, 1}}, edge{.groups = 2, .nonlinearity = activation::relu6}, 1>>,
    output<2>>;
static_assert(is_one_of<rule::subtypes>(broken_rule<declared>), "seed 1, index 20: a type without subtypes");
}  // namespace r0020

namespace r0021 {  // an area without types (area 0); the reference refuses it
using declared = area<input<4, 3, 3>,
    feedback_channels<4, neuron_class::excitatory>,
    neurons<>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}>,
        from<top_down, edge{.extent = {3, 1}, .bias = false}>>,
    output<1>>;
static_assert(is_one_of<rule::no_neuron_types>(broken_rule<declared>), "seed 1, index 21: an area without types");
}  // namespace r0021

namespace r0022 {  // signed rates of an excitatory or inhibitory type (area 0); the reference takes it
struct T0 : excitatory<3, tau<tau_mode::spatial>, initial_state<fill::ones>> {};
struct T1 : inhibitory<4, nonlinearity<activation::relu6>, tau<tau_mode::per_subtype_spatial>,
    initial_state<fill::ones>> {};
struct T2 : excitatory<4, nonlinearity<activation::hard_tanh>, initial_state<fill::ones>> {};
struct T3 : excitatory<2, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>,
    initial_state<fill::ones>> {};
using declared = area<input<3, 3, 4, neuron_class::inhibitory>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 3}}, 1, 1, 0>,
        from<T0, edge{.extent = {3, 1}, .groups = 3, .bias = false}, edge{.bias = false}, edge{.extent = {3, 1}},
            edge{.extent = {1, 3}}, edge{.extent = {3, 1}, .groups = 3, .bias = false}>,
        from<T1, 1, edge{.extent = {1, 1}, .groups = 2, .bias = false}, 1, edge{.extent = {1, 1}}, 0>,
        from<T2, edge{.extent = {1, 1}, .bias = false}, 0, edge{.extent = {3, 1}, .bias = false}, edge{.extent = {1,
            1}, .groups = 2, .bias = false}, edge{.extent = {1, 1}}>,
        from<T3, edge{.extent = {3, 1}}, edge{.extent = {1, 1}, .groups = 2}, edge{.extent = {3, 1}, .groups = 2,
            .bias = false}, edge{.extent = {1, 1}, .groups = 2, .bias = false}, edge{.bias = false}>>,
    output<3>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 22: signed rates of an excitatory or inhibitory type");
}  // namespace r0022

namespace r0023 {  // an input of nothing (area 2); the reference refuses it
struct T0 : hybrid<3, nonlinearity<activation::softplus>> {};
struct T1 : hybrid<2, nonlinearity<activation::none>, tau<tau_mode::per_subtype_spatial>> {};
struct T2 : hybrid<1> {};
struct T3 : hybrid<2, nonlinearity<activation::hard_tanh>> {};
using declared = area<input<3, -1, 5, neuron_class::excitatory>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, edge{.extent = {3, 5}}, 1, edge{.extent = {5, 1}}, edge{.extent = {1, 1}}, 0>,
        from<T0, 1, edge{.extent = {5, 1}}, 0, edge{.extent = {3, 1}}, 0>,
        from<T1, 1, 1, 0, 1, 1>,
        from<T2, 1, edge{.extent = {3, 5}}, edge{.extent = {1, 3}}, 1, 0>,
        from<T3, 1, 1, 1, 1, 1>>,
    output<1>>;
static_assert(is_one_of<rule::input_size>(broken_rule<declared>), "seed 1, index 23: an input of nothing");
}  // namespace r0023

namespace r0024 {  // an output of nothing (area 1); the reference refuses it
struct T0 : hybrid<4, nonlinearity<activation::relu>> {};
using declared = area<input<2, 4, 3, neuron_class::excitatory>,
    neurons<T0>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, edge{.extent = {1, 1}, .groups = 2, .bias = false}>,
        from<T0, edge{.extent = {3, 1}, .groups = 2}, edge{.extent = {1, 1}, .bias = false}>>,
    output<0>>;
static_assert(is_one_of<rule::output_channels>(broken_rule<declared>), "seed 1, index 24: an output of nothing");
}  // namespace r0024

namespace r0025 {  // feedback of no channels (area 1); the reference refuses it
struct T0 : inhibitory<4, tau<tau_mode::per_type>> {};
struct T1 : hybrid<2, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<2, 5, 3, neuron_class::inhibitory>,
    feedback_channels<-1>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::sigmoid}, 0, 0>,
        from<top_down, edge{.bias = false}, 1, 0>,
        from<T0, 0, 0, edge{.bias = false}>,
        from<T1, 1, 0, 0>>,
    output<2, activation::sigmoid>>;
static_assert(is_one_of<rule::feedback_channels>(broken_rule<declared>), "seed 1, index 25: feedback of no channels");
}  // namespace r0025

namespace r0026 {  // a type of half density (area 0); the reference refuses it
struct T0 : excitatory<3, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::per_type>> {};
struct T1 : excitatory<1, tau<tau_mode::spatial>, half_density> {};
using declared = area<input<1, 3, 5, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 1, 1, edge{.nonlinearity = activation::elu}>,
        from<T0, 0, 1, 0>,
        from<T1, 0, 0, 1>>,
    output<3>>;
static_assert(wirable<declared>, "seed 1, index 26: a type of half density");
}  // namespace r0026

namespace r0027 {  // channels that do not meet (network); the reference refuses it
struct A0T0 : inhibitory<2, nonlinearity<activation::hard_tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : hybrid<4, nonlinearity<activation::gelu>, tau<tau_mode::spatial>> {};
struct A0T2 : inhibitory<4, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T3 : excitatory<3, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct A0 : area<input<4, 5, 5, neuron_class::excitatory>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.bias = false}, edge{.extent = {1, 5}}, 0, 0, 0>,
        from<A0T0, 0, 0, 0, edge{.extent = {5, 5}, .nonlinearity = activation::relu, .bias = false},
            edge{.extent = {3, 1}}>,
        from<A0T1, 0, edge{.extent = {1, 5}, .bias = false}, edge{.extent = {1, 5}, .bias = false}, 0, 0>,
        from<A0T2, 0, edge{.extent = {3, 5}}, edge{.extent = {3, 1}, .nonlinearity = activation::gelu,
            .bias = false}, 0, edge{.extent = {5, 1}, .nonlinearity = activation::relu}>,
        from<A0T3, edge{.extent = {5, 1}, .bias = false}, edge{.extent = {1, 3}, .bias = false}, edge{.extent = {5,
            5}, .bias = false}, 0, 0>>,
    output<4>> {};
struct A1T0 : inhibitory<1, nonlinearity<activation::elu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A1T1 : excitatory<4, nonlinearity<activation::elu>, signed_rates> {};
struct A1T2 : excitatory<1, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
struct A1 : area<input<6, 6, 6, neuron_class::inhibitory>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 5}, .nonlinearity = activation::sigmoid}, 0, 0>,
        from<A1T0, 0, 0, edge{.extent = {5, 5}}, 0>,
        from<A1T1, edge{.extent = {1, 1}}, 0, edge{.extent = {3, 5}}, 0>,
        from<A1T2, 0, 0, edge{.extent = {1, 3}, .nonlinearity = activation::relu6}, 1>>,
    output<1>> {};
using declared = network<A0, A1>;
static_assert(is_one_of<rule::channels_between_areas>(broken_rule<declared>), "seed 1, index 27: channels that do not meet");
}  // namespace r0027

namespace r0028 {  // a map that grows along one side only (network); the reference refuses it
struct A0T0 : inhibitory<2, tau<tau_mode::per_type>> {};
struct A0T1 : inhibitory<4, nonlinearity<activation::none>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0T2 : hybrid<4> {};
struct A0 : area<input<4, 5, 4>,
    feedback_channels<2>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, 0, edge{.groups = 4}, edge{.extent = {1, 3}, .groups = 2, .bias = false}, 0>,
        from<top_down, 0, edge{.groups = 2, .nonlinearity = activation::relu6, .bias = false}, edge{.groups = 2},
            edge{.extent = {1, 1}, .nonlinearity = activation::relu6}>,
        from<A0T0, edge{.groups = 2, .bias = false}, edge{.extent = {5, 3}, .groups = 2}, 0, 0>,
        from<A0T1, 0, 1, edge{.groups = 2, .bias = false}, edge{.nonlinearity = activation::relu6}>,
        from<A0T2, edge{.extent = {1, 3}, .groups = 2, .bias = false}, edge{.groups = 4, .bias = false},
            edge{.groups = 4, .bias = false}, edge{.extent = {1, 3}, .bias = false}>>,
    output<1>> {};
struct A1T0 : inhibitory<1, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_type>> {};
struct A1 : area<input<1, 6, 3, neuron_class::excitatory>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0>,
        from<A1T0, 0, edge{.bias = false}>>,
    output<1>> {};
using declared = network<A0, A1, feedback<A1, A0>>;
static_assert(wirable<declared>, "seed 1, index 28: a map that grows along one side only");
}  // namespace r0028

namespace r0029 {  // feedback that goes up (network); the reference refuses it
struct A0T0 : inhibitory<3, tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : excitatory<3, nonlinearity<activation::silu>, signed_rates> {};
struct A0T2 : excitatory<1, nonlinearity<activation::silu>, signed_rates> {};
struct A0T3 : hybrid<2, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<2, 5, 3>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0, 1, edge{.groups = 2}, 0>,
        from<A0T0, edge{.extent = {5, 1}, .groups = 3}, edge{.groups = 3}, edge{.extent = {5, 1}}, 0,
            edge{.extent = {1, 1}}>,
        from<A0T1, edge{.nonlinearity = activation::silu}, edge{.groups = 3, .nonlinearity = activation::silu}, 1, 1,
            edge{.nonlinearity = activation::hard_tanh}>,
        from<A0T2, edge{.nonlinearity = activation::leaky_relu}, 0, 0, edge{.extent = {1, 1}}, 0>,
        from<A0T3, edge{.extent = {3, 1}}, 1, edge{.nonlinearity = activation::softplus}, edge{.groups = 2}, 1>>,
    output<4>> {};
using declared = network<A0, feedback<A0, A0>>;
static_assert(is_one_of<rule::feedback_direction>(broken_rule<declared>), "seed 1, index 29: feedback that goes up");
}  // namespace r0029

namespace r0030 {  // feedback that is not heard (network); the reference refuses it
struct A0T0 : hybrid<2, tau<tau_mode::per_subtype_spatial>, initial_state<fill::ones>> {};
struct A0T1 : hybrid<3, initial_state<fill::ones>> {};
struct A0T2 : hybrid<4, nonlinearity<activation::tanh>, tau<tau_mode::spatial>, initial_state<fill::ones>> {};
struct A0T3 : hybrid<4, nonlinearity<activation::none>, initial_state<fill::ones>> {};
struct A0 : area<input<4, 4, 5>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, 0, edge{.extent = {1, 3}, .groups = 4}, 0>,
        from<A0T0, 0, 0, edge{.extent = {1, 1}, .groups = 2, .bias = false}, 0, 0>,
        from<A0T1, 0, 1, edge{.extent = {1, 3}, .bias = false}, 0, 0>,
        from<A0T2, 0, 1, 0, 0, edge{.extent = {1, 5}, .bias = false}>,
        from<A0T3, 0, 0, 0, 0, edge{.bias = false}>>,
    output<1>> {};
struct A1T0 : excitatory<4, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct A1T1 : hybrid<4, tau<tau_mode::spatial>> {};
struct A1T2 : excitatory<3, nonlinearity<activation::relu>> {};
struct A1 : area<input<1, 4, 5>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, 1, edge{.extent = {3, 5}}, 0, 0>,
        from<A1T0, 0, edge{.extent = {1, 5}, .groups = 4, .nonlinearity = activation::sigmoid}, edge{.extent = {3,
            5}}, 0>,
        from<A1T1, 0, edge{.groups = 2}, 0, edge{.extent = {1, 3}}>,
        from<A1T2, edge{.nonlinearity = activation::gelu}, 0, edge{.nonlinearity = activation::softplus}, 1>>,
    output<4>> {};
using declared = network<A0, A1, feedback<A1, A0>, pool<pool_mode::max>>;
static_assert(is_one_of<rule::unheard_feedback>(broken_rule<declared>), "seed 1, index 30: feedback that is not heard");
}  // namespace r0030

namespace r0031 {  // feedback from nobody (network); the reference refuses it
struct A0T0 : hybrid<3, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
struct A0T1 : inhibitory<1> {};
struct A0T2 : inhibitory<1, nonlinearity<activation::tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<4, 4, 5, neuron_class::excitatory>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 5}, .nonlinearity = activation::silu, .bias = false}, 0, 0>,
        from<top_down, 0, edge{.extent = {1, 5}, .bias = false}, 0, 0>,
        from<A0T0, 0, 1, 0, 0>,
        from<A0T1, edge{.extent = {1, 5}}, 0, edge{.extent = {3, 1}, .bias = false}, edge{.extent = {3, 5},
            .nonlinearity = activation::silu, .bias = false}>,
        from<A0T2, 0, 0, edge{.extent = {3, 5}, .bias = false}, edge{.extent = {1, 1}}>>,
    output<4>> {};
struct A1T0 : inhibitory<2, nonlinearity<activation::leaky_relu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<4, 5, 6, neuron_class::excitatory>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.extent = {3, 5}}, 0>,
        from<A1T0, edge{.extent = {5, 5}}, edge{.extent = {1, 1}, .bias = false}>>,
    output<3>> {};
using declared = network<A0, A1, pool<pool_mode::max>>;
static_assert(is_one_of<rule::missing_feedback>(broken_rule<declared>), "seed 1, index 31: feedback from nobody");
}  // namespace r0031

namespace r0032 {  // channels for feedback in a network without (network); the reference refuses it
struct A0T0 : hybrid<2, tau<tau_mode::spatial>> {};
struct A0T1 : inhibitory<1, tau<tau_mode::spatial>> {};
struct A0T2 : excitatory<4, tau<tau_mode::spatial>> {};
struct A0 : area<input<1, 4, 4>,
    feedback_channels<4>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}, .nonlinearity = activation::gelu}, 0, 0, 0>,
        from<top_down, edge{.extent = {3, 1}, .nonlinearity = activation::gelu}, 1, edge{.extent = {1, 3}},
            edge{.extent = {1, 3}, .nonlinearity = activation::elu}>,
        from<A0T0, 1, edge{.extent = {1, 1}, .nonlinearity = activation::elu, .bias = false}, 0, 0>,
        from<A0T1, 0, 0, edge{.extent = {1, 3}}, 0>,
        from<A0T2, 0, 1, 0, edge{.extent = {3, 1}, .groups = 2, .nonlinearity = activation::softplus}>>,
    output<4>> {};
using declared = network<A0>;
static_assert(is_one_of<rule::missing_feedback>(broken_rule<declared>), "seed 1, index 32: channels for feedback in a network without");
}  // namespace r0032

namespace r0033 {  // feedback of even extent (network); the reference refuses it
struct A0T0 : excitatory<4, nonlinearity<activation::none>, signed_rates> {};
struct A0 : area<input<4, 4, 4, neuron_class::inhibitory>,
    feedback_channels<3>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.groups = 2}, 0>,
        from<top_down, 1, 0>,
        from<A0T0, edge{.extent = {1, 1}}, edge{.groups = 2}>>,
    output<4>> {};
struct A1T0 : inhibitory<2> {};
struct A1 : area<input<4, 5, 5, neuron_class::inhibitory>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.extent = {5, 3}}, 0>,
        from<A1T0, edge{.nonlinearity = activation::hard_sigmoid}, 1>>,
    output<2>> {};
struct A2T0 : hybrid<2, nonlinearity<activation::none>, tau<tau_mode::per_type>> {};
struct A2T1 : hybrid<2, nonlinearity<activation::relu>> {};
struct A2T2 : inhibitory<1, tau<tau_mode::per_subtype_spatial>> {};
struct A2T3 : hybrid<4, nonlinearity<activation::softplus>> {};
struct A2 : area<input<2, 5, 5, neuron_class::inhibitory>,
    neurons<A2T0, A2T1, A2T2, A2T3>,
    connectivity<
        from<stimulus, edge{.groups = 2}, 0, 0, 0, 0>,
        from<A2T0, 0, 1, 0, 0, 0>,
        from<A2T1, 0, 0, 1, 0, 1>,
        from<A2T2, 0, 0, 1, 1, 1>,
        from<A2T3, 0, 1, 0, 0, edge{.groups = 4}>>,
    output<4>> {};
using declared = network<A0, A1, A2, feedback<A2, A0, edge{.extent = {2, 3}, .nonlinearity = activation::hard_sigmoid}>, area_delay<1>>;
static_assert(is_one_of<rule::even_extent>(broken_rule<declared>), "seed 1, index 33: feedback of even extent");
}  // namespace r0033

namespace r0034 {  // feedback of no extent (network); the reference refuses it
struct A0T0 : excitatory<2, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::per_type>> {};
struct A0T1 : excitatory<1, nonlinearity<activation::tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0T2 : excitatory<3, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
struct A0T3 : hybrid<2, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>> {};
struct A0 : area<input<1, 4, 3>,
    feedback_channels<4>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, 0, 1, 0, 1, 0>,
        from<top_down, 1, 0, 0, 0, 0>,
        from<A0T0, edge{.extent = {1, 1}, .groups = 2}, 0, 0, 1, 0>,
        from<A0T1, 0, edge{.extent = {1, 3}}, edge{.extent = {1, 1}}, 0, 0>,
        from<A0T2, 0, 1, 1, 1, 0>,
        from<A0T3, 0, 1, 0, edge{.groups = 2}, edge{.extent = {3, 1}}>>,
    output<1>> {};
struct A1T0 : excitatory<1, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_subtype_spatial>,
    initial_state<fill::ones>> {};
struct A1T1 : hybrid<2, initial_state<fill::ones>> {};
struct A1 : area<input<1, 5, 4, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 0, edge{.nonlinearity = activation::sigmoid}, 0>,
        from<A1T0, 0, 0, 1>,
        from<A1T1, 1, 0, edge{.groups = 2}>>,
    output<2, activation::silu>> {};
using declared = network<A0, A1, feedback<A1, A0, edge{.extent = {0, 3}, .nonlinearity = activation::relu6}>, area_delay<1>>;
static_assert(is_one_of<rule::small_extent>(broken_rule<declared>), "seed 1, index 34: feedback of no extent");
}  // namespace r0034

namespace r0035 {  // feedback of large extent (network); the reference takes it
struct A0T0 : hybrid<4, nonlinearity<activation::silu>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : inhibitory<2, nonlinearity<activation::leaky_relu>, signed_rates> {};
struct A0 : area<input<4, 5, 5, neuron_class::inhibitory>,
    feedback_channels<2>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {5, 5}, .nonlinearity = activation::hard_tanh}, 0>,
        from<top_down, edge{.nonlinearity = activation::sigmoid}, edge{.extent = {3, 5}}, edge{.extent = {3, 1}}>,
        from<A0T0, 0, edge{.extent = {5, 1}, .nonlinearity = activation::sigmoid}, 1>,
        from<A0T1, edge{.extent = {5, 1}, .nonlinearity = activation::relu6}, 0, 0>>,
    output<4>> {};
struct A1T0 : inhibitory<4, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_type>> {};
struct A1T1 : hybrid<4, nonlinearity<activation::relu>, tau<tau_mode::per_type>> {};
struct A1T2 : excitatory<4, tau<tau_mode::spatial>> {};
struct A1 : area<input<4, 6, 6>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, 1, 1, 0, 0>,
        from<A1T0, 0, 1, 1, 0>,
        from<A1T1, 0, 0, 0, 1>,
        from<A1T2, 0, 0, 0, edge{.bias = false}>>,
    output<2, activation::hard_sigmoid>> {};
using declared = network<A0, A1, feedback<A1, A0, edge{.extent = {7, 5}}>, area_delay<1>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 35: feedback of large extent");
}  // namespace r0035

namespace r0036 {  // fewer than two classes (classifier); the reference takes it
struct A0T0 : inhibitory<2> {};
struct A0T1 : hybrid<4, nonlinearity<activation::silu>> {};
struct A0 : area<input<3, 4, 4>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::hard_tanh}, 1, 0>,
        from<A0T0, edge{.groups = 2}, 0, 1>,
        from<A0T1, 1, 0, 0>>,
    output<3>> {};
struct Net : network<A0> {};
using declared = classifier<Net, classes<0>, hidden<7>, dropout<0.3>, readout_pool<pool_mode::max, 2, 3>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 36: fewer than two classes");
}  // namespace r0036

namespace r0037 {  // no hidden units (classifier); the reference refuses it
struct A0T0 : inhibitory<4, tau<tau_mode::spatial>> {};
struct A0T1 : inhibitory<1, nonlinearity<activation::none>, signed_rates> {};
struct A0T2 : excitatory<2, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<3, 4, 5>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, 1, 0, edge{.extent = {1, 3}}, 0>,
        from<A0T0, 0, 1, edge{.bias = false}, 0>,
        from<A0T1, edge{.extent = {3, 5}, .bias = false}, 0, 0, 0>,
        from<A0T2, 1, edge{.bias = false}, edge{.extent = {1, 3}, .groups = 2}, edge{.extent = {1, 5}, .groups = 2,
            .bias = false}>>,
    output<4, activation::leaky_relu>> {};
struct Net : network<A0> {};
using declared = classifier<Net, classes<6>, hidden<-1>, dropout<0.3>, readout_pool<pool_mode::average, 2, 3>>;
static_assert(is_one_of<rule::hidden_units>(broken_rule<declared>), "seed 1, index 37: no hidden units");
}  // namespace r0037

namespace r0038 {  // a dropout out of range (classifier); the reference refuses it
struct A0T0 : hybrid<2, nonlinearity<activation::elu>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : inhibitory<4, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<4, 5, 3, neuron_class::inhibitory>,
    feedback_channels<3, neuron_class::excitatory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {5, 3}, .groups = 2}, 0>,
        from<top_down, 0, edge{.extent = {1, 3}, .bias = false}, 0>,
        from<A0T0, 0, 0, edge{.extent = {5, 3}}>,
        from<A0T1, edge{.extent = {3, 1}, .groups = 2}, edge{.extent = {5, 1}, .bias = false}, edge{.extent = {5, 1},
            .bias = false}>>,
    output<2>> {};
struct A1T0 : hybrid<4> {};
struct A1T1 : hybrid<4, tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<2, 5, 3, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.groups = 2, .bias = false}, 0, 0>,
        from<A1T0, 0, edge{.bias = false}, edge{.extent = {1, 3}, .bias = false}>,
        from<A1T1, 0, 0, edge{.groups = 4, .nonlinearity = activation::sigmoid}>>,
    output<4>> {};
struct Net : network<A0, A1, feedback<A1, A0, edge{.extent = {5, 1}, .nonlinearity = activation::sigmoid}>,
    pool<pool_mode::max>> {};
using declared = classifier<Net, classes<6>, hidden<6>, dropout<1.5>, readout_pool<pool_mode::average, 3, 2>>;
static_assert(is_one_of<rule::dropout_range>(broken_rule<declared>), "seed 1, index 38: a dropout out of range");
}  // namespace r0038

namespace r0039 {  // a readout pooled to nothing (classifier); the reference refuses it
struct A0T0 : hybrid<3, tau<tau_mode::spatial>> {};
struct A0T1 : excitatory<2, nonlinearity<activation::relu6>> {};
struct A0 : area<input<4, 4, 3>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, 0>,
        from<A0T0, edge{.extent = {1, 1}, .bias = false}, edge{.extent = {1, 1}, .nonlinearity = activation::sigmoid,
            .bias = false}, edge{.extent = {3, 1}, .nonlinearity = activation::hard_sigmoid, .bias = false}>,
        from<A0T1, 0, 0, edge{.bias = false}>>,
    output<2>> {};
struct Net : network<A0> {};
using declared = classifier<Net, classes<3>, hidden<4>, readout_pool<pool_mode::max, -1, 1>>;
static_assert(is_one_of<rule::small_readout_pool>(broken_rule<declared>), "seed 1, index 39: a readout pooled to nothing");
}  // namespace r0039

namespace r0040 {  // a readout pooled to more than the map (classifier); the reference takes it
struct A0T0 : inhibitory<4, nonlinearity<activation::none>, signed_rates> {};
struct A0T1 : inhibitory<2, tau<tau_mode::per_type>> {};
struct A0T2 : hybrid<2, tau<tau_mode::per_type>> {};
struct A0T3 : hybrid<2, tau<tau_mode::per_type>> {};
struct A0 : area<input<4, 4, 4>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, 0, edge{.extent = {3, 1}, .groups = 2}, 0, edge{.extent = {3, 1}, .groups = 2}, 0>,
        from<A0T0, 0, edge{.groups = 2}, edge{.extent = {1, 3}}, 0, 1>,
        from<A0T1, edge{.extent = {1, 1}, .groups = 2}, 0, 0, 0, edge{.extent = {1, 1}}>,
        from<A0T2, 0, 0, 0, 0, 1>,
        from<A0T3, 0, 0, 0, 1, 1>>,
    output<1, activation::hard_tanh>> {};
struct A1T0 : excitatory<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>> {};
struct A1T1 : excitatory<3, nonlinearity<activation::relu6>> {};
struct A1T2 : excitatory<2, tau<tau_mode::spatial>> {};
struct A1T3 : hybrid<3, tau<tau_mode::per_type>> {};
struct A1 : area<input<1, 4, 4>,
    neurons<A1T0, A1T1, A1T2, A1T3>,
    connectivity<
        from<stimulus, 1, 1, 1, 1, 0>,
        from<A1T0, 1, 1, 1, 0, 1>,
        from<A1T1, 0, edge{.groups = 3}, 1, edge{.groups = 3}, 0>,
        from<A1T2, 0, 1, 1, 1, edge{.groups = 2}>,
        from<A1T3, 0, 1, 0, 1, 0>>,
    output<4, activation::relu6>> {};
struct A2T0 : inhibitory<1> {};
struct A2T1 : hybrid<2, nonlinearity<activation::hard_tanh>, tau<tau_mode::spatial>> {};
struct A2T2 : hybrid<3, tau<tau_mode::per_type>> {};
struct A2T3 : inhibitory<1, nonlinearity<activation::hard_tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A2 : area<input<4, 5, 5, neuron_class::inhibitory>,
    neurons<A2T0, A2T1, A2T2, A2T3>,
    connectivity<
        from<stimulus, 0, 0, 1, 0, 0>,
        from<A2T0, 0, edge{.extent = {1, 3}}, 0, 1, 0>,
        from<A2T1, 1, 0, 0, edge{.extent = {5, 1}, .bias = false}, 0>,
        from<A2T2, 0, 0, edge{.groups = 3, .bias = false}, edge{.extent = {1, 5}, .bias = false}, edge{.bias = false}>,
        from<A2T3, edge{.extent = {1, 1}}, 0, edge{.bias = false}, 0, edge{.extent = {5, 5}, .bias = false}>>,
    output<4>> {};
struct A3T0 : excitatory<2, nonlinearity<activation::silu>, signed_rates> {};
struct A3T1 : inhibitory<2, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::spatial>> {};
struct A3 : area<input<4, 5, 5>,
    neurons<A3T0, A3T1>,
    connectivity<
        from<stimulus, edge{.extent = {5, 3}, .nonlinearity = activation::hard_tanh}, 0,
            edge{.nonlinearity = activation::softplus}>,
        from<A3T0, 1, 1, edge{.extent = {1, 5}}>,
        from<A3T1, 1, 1, 0>>,
    output<2>> {};
struct Net : network<A0, A1, A2, A3, pool<pool_mode::average>, area_delay<1>> {};
using declared = classifier<Net, classes<4>, hidden<7>, readout_pool<pool_mode::average, 1, 6>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 40: a readout pooled to more than the map");
}  // namespace r0040

namespace r0041 {  // a type has no row (area 0); the reference refuses it
struct T0 : hybrid<4, tau<tau_mode::spatial>> {};
using declared = area<input<1, 4, 5, neuron_class::inhibitory>,
    neurons<T0>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0>>,
    output<4>>;
static_assert(is_one_of<rule::missing_row>(broken_rule<declared>), "seed 1, index 41: a type has no row");
}  // namespace r0041

namespace r0042 {  // the input has no row (area 0); the reference refuses it
struct T0 : excitatory<2, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<2> {};
struct T2 : hybrid<3> {};
struct T3 : inhibitory<1, nonlinearity<activation::tanh>, signed_rates> {};
using declared = area<input<1, 3, 5>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<T0, edge{.extent = {3, 1}, .bias = false}, edge{.extent = {1, 3}}, 0, edge{.bias = false},
            edge{.bias = false}>,
        from<T1, 0, 0, edge{.extent = {1, 3}}, 0, edge{.extent = {3, 1}}>,
        from<T2, 0, edge{.extent = {1, 1}, .bias = false}, edge{.extent = {1, 3}}, 0, edge{.bias = false}>,
        from<T3, edge{.extent = {3, 5}}, 1, 0, 1, 1>>,
    output<1>>;
static_assert(is_one_of<rule::missing_stimulus_row>(broken_rule<declared>), "seed 1, index 42: the input has no row");
}  // namespace r0042

namespace r0043 {  // feedback has no row (area 0); the reference refuses it
struct T0 : excitatory<4, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::per_type>> {};
using declared = area<input<4, 4, 3>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<T0>,
    connectivity<
        from<stimulus, 0, 1>,
        from<T0, 0, edge{.bias = false}>>,
    output<2>>;
static_assert(is_one_of<rule::missing_top_down_row>(broken_rule<declared>), "seed 1, index 43: feedback has no row");
}  // namespace r0043

namespace r0044 {  // a row for feedback that is not heard (area 0); the reference refuses it
struct T0 : hybrid<2, nonlinearity<activation::leaky_relu>> {};
struct T1 : inhibitory<2, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<1, 5, 4, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::silu}, 0, 0>,
        from<top_down, edge{.nonlinearity = activation::elu}, edge{.extent = {5, 3}}, 1>,
        from<T0, 1, edge{.extent = {5, 1}, .nonlinearity = activation::hard_tanh},
            edge{.nonlinearity = activation::gelu}>,
        from<T1, 1, 0, 0>>,
    output<2, activation::gelu>>;
static_assert(is_one_of<rule::top_down_without_channels>(broken_rule<declared>), "seed 1, index 44: a row for feedback that is not heard");
}  // namespace r0044

namespace r0045 {  // a row too many (area 0); the reference refuses it
struct T0 : excitatory<3> {};
using declared = area<input<4, 4, 3>,
    neurons<T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<T0, 0, edge{.extent = {3, 1}}>,
        from<T0, 0, 0>>,
    output<4>>;
static_assert(is_one_of<rule::unknown_source, rule::repeated_row>(broken_rule<declared>), "seed 1, index 45: a row too many");
}  // namespace r0045

namespace r0046 {  // a cell too few (area 0); the reference refuses it
struct T0 : inhibitory<1, nonlinearity<activation::softplus>, tau<tau_mode::per_type>,
    initial_state<fill::ones>> {};
struct T1 : inhibitory<1, tau<tau_mode::spatial>, initial_state<fill::ones>> {};
using declared = area<input<4, 3, 3>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 1>,
        from<T0, 0, edge{.extent = {3, 1}}>,
        from<T1, 0, edge{.extent = {3, 1}}>>,
    output<2>>;
static_assert(is_one_of<rule::few_cells>(broken_rule<declared>), "seed 1, index 46: a cell too few");
}  // namespace r0046

namespace r0047 {  // a cell too many (area 0); the reference refuses it
struct T0 : excitatory<3, nonlinearity<activation::relu>, tau<tau_mode::spatial>> {};
struct T1 : hybrid<1, tau<tau_mode::spatial>> {};
using declared = area<input<2, 3, 5>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 1, edge{.extent = {1, 3}}, 0, 0>,
        from<T0, 0, edge{.extent = {1, 3}}, 1, 1>,
        from<T1, edge{.extent = {1, 3}}, 0, 0, 0>>,
    output<4, activation::elu>>;
static_assert(is_one_of<rule::many_cells>(broken_rule<declared>), "seed 1, index 47: a cell too many");
}  // namespace r0047

namespace r0048 {  // a cell that is no mark (area 0); the reference takes it
struct T0 : excitatory<4, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : excitatory<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
struct T2 : hybrid<4, nonlinearity<activation::relu>> {};
struct T3 : inhibitory<1, tau<tau_mode::per_type>> {};
using declared = area<input<1, 5, 4>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, edge{.bias = false}, edge{.extent = {5, 3}}, edge{.bias = false}, edge{.extent = {1, 1}},
            edge{.bias = false}>,
        from<T0, 0, edge{.extent = {5, 3}, .bias = false}, 1, 1, edge{.bias = false}>,
        from<T1, edge{.extent = {1, 3}, .bias = false}, edge{.bias = false}, edge{.extent = {5, 1}, .bias = false},
            edge{.extent = {3, 1}, .bias = false}, edge{.extent = {3, 1}, .bias = false}>,
        from<T2, 1, edge{.extent = {5, 3}, .bias = false}, edge{.extent = {3, 1}}, edge{.extent = {5, 1}},
            edge{.extent = {5, 1}}>,
        from<T3, edge{.bias = false}, 0, edge{.extent = {3, 1}, .bias = false}, 2, 1>>,
    output<4>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 48: a cell that is no mark");
}  // namespace r0048

namespace r0049 {  // a type receives nothing (area 1); the reference refuses it
struct T0 : hybrid<4, nonlinearity<activation::tanh>, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<3, 3, 3, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 0, 0>,
        from<T0, edge{.groups = 4}, 0, edge{.extent = {3, 1}, .groups = 2}>,
        from<T1, 0, 0, edge{.groups = 4}>>,
    output<4>>;
static_assert(is_one_of<rule::receives_nothing, rule::unused_stimulus, rule::unused_top_down>(broken_rule<declared>), "seed 1, index 49: a type receives nothing");
}  // namespace r0049

namespace r0050 {  // a type hears itself only (area 1); the reference takes it
struct T0 : excitatory<2, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : hybrid<3, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 5, 4, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {3, 1}}, 0>,
        from<T0, edge{.extent = {1, 1}, .nonlinearity = activation::sigmoid},
            edge{.nonlinearity = activation::sigmoid}, edge{.extent = {5, 3}, .groups = 2,
            .nonlinearity = activation::tanh}>,
        from<T1, 0, edge{.groups = 3}, edge{.extent = {5, 1}, .nonlinearity = activation::silu}>>,
    output<4, activation::leaky_relu>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 50: a type hears itself only");
}  // namespace r0050

namespace r0051 {  // a type sends to nobody (area 0); the reference takes it
struct T0 : inhibitory<2, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::spatial>> {};
struct T1 : hybrid<3, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 4, 4, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 1, 1, 0>,
        from<T0, 0, 0, 0>,
        from<T1, 1, 0, 1>>,
    output<2, activation::hard_tanh>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 51: a type sends to nobody");
}  // namespace r0051

namespace r0052 {  // nothing goes out (area 0); the reference refuses it
struct T0 : inhibitory<2, nonlinearity<activation::relu>, tau<tau_mode::spatial>> {};
struct T1 : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
struct T2 : hybrid<4, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<2, 5, 3, neuron_class::excitatory>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, 0, 0>,
        from<T0, 0, edge{.bias = false}, edge{.bias = false}, 0>,
        from<T1, 1, 0, 0, 0>,
        from<T2, 0, 1, 1, 0>>,
    output<4>>;
static_assert(is_one_of<rule::no_output_edge>(broken_rule<declared>), "seed 1, index 52: nothing goes out");
}  // namespace r0052

namespace r0053 {  // the input goes nowhere (area 1); the reference takes it
struct T0 : excitatory<3, nonlinearity<activation::hard_tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct T1 : excitatory<2, tau<tau_mode::per_subtype_spatial>> {};
struct T2 : inhibitory<2, nonlinearity<activation::softplus>> {};
struct T3 : hybrid<2, tau<tau_mode::per_type>> {};
using declared = area<input<1, 4, 3, neuron_class::inhibitory>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 0, 0, 0, 0, 0>,
        from<T0, 0, 0, 0, 1, 0>,
        from<T1, 1, 0, 0, 1, 1>,
        from<T2, 1, 0, 1, 1, 1>,
        from<T3, 1, 1, 0, 1, 0>>,
    output<2>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 53: the input goes nowhere");
}  // namespace r0053

namespace r0054 {  // feedback goes nowhere (area 1); the reference refuses it
struct T0 : hybrid<1, nonlinearity<activation::relu6>> {};
struct T1 : excitatory<3, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct T2 : inhibitory<4, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<3, 5, 6, neuron_class::excitatory>,
    feedback_channels<1>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 0, edge{.extent = {3, 5}}, 0>,
        from<top_down, 0, 0, 0, 0>,
        from<T0, 0, 0, 0, 1>,
        from<T1, edge{.bias = false}, 0, edge{.extent = {3, 1}, .nonlinearity = activation::relu6}, 0>,
        from<T2, edge{.bias = false}, 0, 0, 0>>,
    output<4>>;
static_assert(is_one_of<rule::unused_top_down, rule::no_output_edge>(broken_rule<declared>), "seed 1, index 54: feedback goes nowhere");
}  // namespace r0054

namespace r0055 {  // an even extent (area 2); the reference refuses it
struct T0 : inhibitory<4, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::spatial>> {};
struct T1 : excitatory<3, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::per_type>> {};
using declared = area<input<3, 5, 5>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 1, 0, edge{.extent = {1, 5}}>,
        from<T0, edge{.extent = {5, 1}}, 1, 1>,
        from<T1, edge{.extent = {4, 1}}, 0, 0>>,
    output<2>>;
static_assert(is_one_of<rule::even_extent>(broken_rule<declared>), "seed 1, index 55: an even extent");
}  // namespace r0055

namespace r0056 {  // an extent of nothing (area 1); the reference refuses it
struct T0 : excitatory<4> {};
using declared = area<input<2, 4, 3, neuron_class::excitatory>,
    neurons<T0>,
    connectivity<
        from<stimulus, edge{.extent = {0, 1}, .bias = false}, 0>,
        from<T0, 0, edge{.extent = {3, 1}}>>,
    output<2>>;
static_assert(is_one_of<rule::small_extent>(broken_rule<declared>), "seed 1, index 56: an extent of nothing");
}  // namespace r0056

namespace r0057 {  // an extent larger than the map (area 0); the reference takes it
struct T0 : hybrid<4, nonlinearity<activation::gelu>, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : excitatory<3, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 4, 3, neuron_class::excitatory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, 0>,
        from<T0, edge{.bias = false}, edge{.extent = {3, 5}}, 0>,
        from<T1, 0, 0, 1>>,
    output<4>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 57: an extent larger than the map");
}  // namespace r0057

namespace r0058 {  // groups that do not divide the source (area 0); the reference refuses it
struct T0 : hybrid<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>> {};
struct T1 : hybrid<1, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct T2 : hybrid<1, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
struct T3 : excitatory<1, nonlinearity<activation::leaky_relu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<3, 4, 3, neuron_class::excitatory>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 0, 0, edge{.extent = {1, 3}}, 0, edge{.extent = {1, 3}}>,
        from<T0, edge{.extent = {1, 1}, .groups = 2}, edge{.extent = {1, 3}}, 0, 0, 0>,
        from<T1, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, 1, 1, 0>,
        from<T2, 1, 0, 0, 0, 1>,
        from<T3, 1, 1, 0, 0, edge{.extent = {3, 1}}>>,
    output<2>>;
static_assert(is_one_of<rule::groups_of_source>(broken_rule<declared>), "seed 1, index 58: groups that do not divide the source");
}  // namespace r0058

namespace r0059 {  // groups that do not divide the target (area 0); the reference refuses it
struct T0 : hybrid<1, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<4, nonlinearity<activation::silu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<3, 4, 5>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 1, edge{.groups = 3, .bias = false}, 0>,
        from<T0, edge{.extent = {1, 3}, .bias = false}, edge{.extent = {1, 3}, .bias = false}, 0>,
        from<T1, 0, 0, 1>>,
    output<3>>;
static_assert(is_one_of<rule::groups_of_target>(broken_rule<declared>), "seed 1, index 59: groups that do not divide the target");
}  // namespace r0059

namespace r0060 {  // groups below one (area 1); the reference refuses it
struct T0 : hybrid<2, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_subtype_spatial>> {};
struct T1 : excitatory<4, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::per_type>> {};
struct T2 : hybrid<4, nonlinearity<activation::hard_tanh>, tau<tau_mode::spatial>> {};
using declared = area<input<2, 4, 3>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}, .nonlinearity = activation::relu}, 0, 0, 1>,
        from<T0, edge{.extent = {1, 1}, .nonlinearity = activation::gelu},
            edge{.nonlinearity = activation::hard_sigmoid}, edge{.groups = 0}, 1>,
        from<T1, 0, 0, edge{.nonlinearity = activation::tanh}, 0>,
        from<T2, 1, 0, edge{.extent = {1, 3}}, 0>>,
    output<3>>;
static_assert(is_one_of<rule::few_groups>(broken_rule<declared>), "seed 1, index 60: groups below one");
}  // namespace r0060

namespace r0061 {  // a type without subtypes (area 0); the reference refuses it
struct T0 : inhibitory<0, nonlinearity<activation::gelu>, signed_rates, initial_state<fill::ones>> {};
struct T1 : inhibitory<2, nonlinearity<activation::relu6>, tau<tau_mode::per_subtype_spatial>,
    initial_state<fill::ones>> {};
struct T2 : excitatory<2, tau<tau_mode::spatial>, initial_state<fill::ones>> {};
struct T3 : inhibitory<1, nonlinearity<activation::none>, signed_rates, tau<tau_mode::spatial>,
    initial_state<fill::ones>> {};
using declared = area<input<3, 4, 3>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 0, 0, 1, 1, 1>,
        from<T0, edge{.groups = 2}, edge{.groups = 2}, 0, edge{.extent = {3, 1}}, 1>,
        from<T1, 0, edge{.extent = {1, 3}}, 0, 0, edge{.extent = {3, 1}}>,
        from<T2, 0, edge{.extent = {1, 3}, .groups = 2}, 0, edge{.extent = {3, 1}}, 0>,
        from<T3, 1, 0, 0, 0, edge{.extent = {3, 1}}>>,
    output<1, activation::leaky_relu>>;
static_assert(is_one_of<rule::subtypes>(broken_rule<declared>), "seed 1, index 61: a type without subtypes");
}  // namespace r0061

namespace r0062 {  // an area without types (area 0); the reference refuses it
using declared = area<input<2, 3, 4>,
    neurons<>,
    connectivity<
        from<stimulus, edge{.bias = false}>>,
    output<4>>;
static_assert(is_one_of<rule::no_neuron_types>(broken_rule<declared>), "seed 1, index 62: an area without types");
}  // namespace r0062

namespace r0063 {  // signed rates of an excitatory or inhibitory type (area 0); the reference takes it
struct T0 : excitatory<2, nonlinearity<activation::tanh>, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<4, nonlinearity<activation::silu>, tau<tau_mode::spatial>> {};
using declared = area<input<3, 3, 4, neuron_class::inhibitory>,
    feedback_channels<4>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 0, edge{.bias = false}, 0>,
        from<top_down, 0, edge{.groups = 4}, 0>,
        from<T0, 0, 0, edge{.bias = false}>,
        from<T1, edge{.groups = 2, .bias = false}, 0, 0>>,
    output<2>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 63: signed rates of an excitatory or inhibitory type");
}  // namespace r0063

namespace r0064 {  // an input of nothing (area 2); the reference refuses it
struct T0 : excitatory<3, tau<tau_mode::spatial>> {};
using declared = area<input<1, -1, 4>,
    neurons<T0>,
    connectivity<
        from<stimulus, 1, 1>,
        from<T0, 0, 1>>,
    output<4>>;
static_assert(is_one_of<rule::input_size>(broken_rule<declared>), "seed 1, index 64: an input of nothing");
}  // namespace r0064

namespace r0065 {  // an output of nothing (area 0); the reference refuses it
struct T0 : inhibitory<3, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_type>> {};
struct T1 : hybrid<2, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 4, 3, neuron_class::excitatory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, edge{.extent = {1, 3}}>,
        from<T0, edge{.bias = false}, edge{.extent = {1, 3}, .nonlinearity = activation::hard_tanh}, 0>,
        from<T1, edge{.extent = {1, 1}, .bias = false}, edge{.bias = false}, edge{.extent = {1, 3},
            .nonlinearity = activation::elu}>>,
    output<0>>;
static_assert(is_one_of<rule::output_channels>(broken_rule<declared>), "seed 1, index 65: an output of nothing");
}  // namespace r0065

namespace r0066 {  // feedback of no channels (area 0); the reference refuses it
struct T0 : inhibitory<4, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 3, 3>,
    feedback_channels<0>,
    neurons<T0>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 1>,
        from<top_down, edge{.nonlinearity = activation::hard_tanh}, 0>,
        from<T0, edge{.extent = {1, 1}, .nonlinearity = activation::gelu}, 1>>,
    output<2>>;
static_assert(is_one_of<rule::feedback_channels>(broken_rule<declared>), "seed 1, index 66: feedback of no channels");
}  // namespace r0066

namespace r0067 {  // a type of half density (area 1); the reference takes it
struct T0 : excitatory<3, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_type>,
    half_density> {};
using declared = area<input<2, 5, 3, neuron_class::inhibitory>,
    neurons<T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<T0, 0, edge{.extent = {5, 3}}>>,
    output<4, activation::relu6>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 67: a type of half density");
}  // namespace r0067

namespace r0068 {  // channels that do not meet (network); the reference refuses it
struct A0T0 : hybrid<4, nonlinearity<activation::tanh>, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<2, 5, 3, neuron_class::inhibitory>,
    feedback_channels<2>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0>,
        from<top_down, edge{.extent = {5, 1}, .groups = 2, .nonlinearity = activation::relu6}, 0>,
        from<A0T0, edge{.bias = false}, edge{.bias = false}>>,
    output<1>> {};
struct A1T0 : excitatory<4, nonlinearity<activation::relu>, tau<tau_mode::spatial>> {};
struct A1T1 : hybrid<1, nonlinearity<activation::none>> {};
struct A1 : area<input<2, 5, 3>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {5, 1}}, 0>,
        from<A1T0, edge{.extent = {1, 3}}, 0, edge{.extent = {5, 3}}>,
        from<A1T1, edge{.extent = {3, 1}}, 0, 1>>,
    output<2>> {};
using declared = network<A0, A1, feedback<A1, A0>, pool<pool_mode::max>, area_delay<1>>;
static_assert(is_one_of<rule::channels_between_areas>(broken_rule<declared>), "seed 1, index 68: channels that do not meet");
}  // namespace r0068

namespace r0069 {  // a map that grows along one side only (network); the reference refuses it
struct A0T0 : inhibitory<4, initial_state<fill::ones>> {};
struct A0T1 : excitatory<4, nonlinearity<activation::leaky_relu>, signed_rates, initial_state<fill::ones>> {};
struct A0 : area<input<4, 4, 3, neuron_class::excitatory>,
    feedback_channels<2, neuron_class::excitatory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 1}}, 0>,
        from<top_down, edge{.nonlinearity = activation::leaky_relu}, 0, 0>,
        from<A0T0, 0, edge{.nonlinearity = activation::hard_tanh}, edge{.nonlinearity = activation::sigmoid}>,
        from<A0T1, 0, edge{.extent = {3, 1}}, edge{.extent = {3, 1}}>>,
    output<3, activation::tanh>> {};
struct A1T0 : inhibitory<4> {};
struct A1T1 : hybrid<4, tau<tau_mode::spatial>> {};
struct A1 : area<input<3, 5, 3, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::softplus}, 1, 0>,
        from<A1T0, edge{.groups = 4}, 0, edge{.nonlinearity = activation::silu}>,
        from<A1T1, 0, edge{.groups = 2}, edge{.nonlinearity = activation::elu}>>,
    output<2, activation::gelu>> {};
struct A2T0 : excitatory<2, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct A2T1 : hybrid<4, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
struct A2 : area<input<2, 4, 3>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, 1, 0>,
        from<A2T0, 0, 0, edge{.extent = {3, 1}}>,
        from<A2T1, 1, 0, 0>>,
    output<1>> {};
using declared = network<A0, A1, A2, feedback<A2, A0, edge{.nonlinearity = activation::relu6}>, pool<pool_mode::average>>;
static_assert(wirable<declared>, "seed 1, index 69: a map that grows along one side only");
}  // namespace r0069

namespace r0070 {  // feedback that goes up (network); the reference refuses it
struct A0T0 : inhibitory<2, nonlinearity<activation::elu>, signed_rates> {};
struct A0T1 : hybrid<4, nonlinearity<activation::hard_tanh>, tau<tau_mode::spatial>> {};
struct A0 : area<input<4, 5, 3, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 1, 0, 0>,
        from<A0T0, 1, edge{.bias = false}, 0>,
        from<A0T1, 1, edge{.bias = false}, edge{.bias = false}>>,
    output<4>> {};
using declared = network<A0, feedback<A0, A0>>;
static_assert(is_one_of<rule::feedback_direction>(broken_rule<declared>), "seed 1, index 70: feedback that goes up");
}  // namespace r0070

namespace r0071 {  // feedback that is not heard (network); the reference refuses it
struct A0T0 : inhibitory<4, nonlinearity<activation::leaky_relu>, signed_rates> {};
struct A0T1 : excitatory<4, tau<tau_mode::spatial>> {};
struct A0T2 : inhibitory<2, tau<tau_mode::per_type>> {};
struct A0T3 : inhibitory<3, nonlinearity<activation::softplus>> {};
struct A0 : area<input<4, 4, 3>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 0, 0, 0, 0>,
        from<A0T0, edge{.extent = {3, 1}}, 1, 0, 1, 0>,
        from<A0T1, 0, 0, edge{.extent = {1, 3}}, edge{.extent = {1, 3}}, 0>,
        from<A0T2, 0, 0, 0, 1, 0>,
        from<A0T3, 0, 0, 0, 0, 1>>,
    output<3>> {};
struct A1T0 : excitatory<1, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct A1T1 : excitatory<4, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A1T2 : excitatory<4, tau<tau_mode::per_type>> {};
struct A1 : area<input<3, 4, 3>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, edge{.extent = {1, 3}}, 1, 0>,
        from<A1T0, edge{.extent = {1, 3}}, edge{.extent = {1, 3}, .bias = false}, edge{.extent = {1, 3},
            .bias = false}, edge{.nonlinearity = activation::hard_sigmoid, .bias = false}>,
        from<A1T1, 0, edge{.extent = {1, 3}, .groups = 4}, edge{.extent = {1, 3}, .groups = 2, .bias = false},
            edge{.bias = false}>,
        from<A1T2, 0, edge{.extent = {1, 1}, .groups = 4, .nonlinearity = activation::relu6, .bias = false},
            edge{.extent = {1, 3}, .bias = false}, edge{.nonlinearity = activation::hard_sigmoid,
            .bias = false}>>,
    output<1>> {};
using declared = network<A0, A1, feedback<A1, A0>>;
static_assert(is_one_of<rule::unheard_feedback>(broken_rule<declared>), "seed 1, index 71: feedback that is not heard");
}  // namespace r0071

namespace r0072 {  // feedback from nobody (network); the reference refuses it
struct A0T0 : excitatory<3, nonlinearity<activation::hard_sigmoid>> {};
struct A0T1 : hybrid<2, tau<tau_mode::spatial>> {};
struct A0 : area<input<4, 4, 4, neuron_class::excitatory>,
    feedback_channels<4>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}, .nonlinearity = activation::relu}, 0, 0>,
        from<top_down, 1, 0, 0>,
        from<A0T0, 0, edge{.nonlinearity = activation::relu, .bias = false}, 0>,
        from<A0T1, edge{.extent = {1, 1}, .nonlinearity = activation::silu}, 0,
            edge{.nonlinearity = activation::hard_sigmoid}>>,
    output<2>> {};
struct A1T0 : hybrid<1, tau<tau_mode::per_subtype_spatial>> {};
struct A1T1 : excitatory<4, nonlinearity<activation::gelu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<2, 3, 3>,
    feedback_channels<4, neuron_class::excitatory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}, .bias = false}, edge{.extent = {3, 1}, .bias = false}, 0>,
        from<top_down, edge{.bias = false}, edge{.extent = {3, 1}}, 0>,
        from<A1T0, edge{.bias = false}, 0, edge{.bias = false}>,
        from<A1T1, 1, 1, edge{.extent = {1, 1}}>>,
    output<2>> {};
struct A2T0 : hybrid<2, nonlinearity<activation::gelu>, tau<tau_mode::per_type>> {};
struct A2 : area<input<2, 3, 3, neuron_class::excitatory>,
    neurons<A2T0>,
    connectivity<
        from<stimulus, edge{.groups = 2}, 0>,
        from<A2T0, 1, edge{.groups = 2}>>,
    output<4>> {};
struct A3T0 : hybrid<4, tau<tau_mode::per_subtype_spatial>> {};
struct A3T1 : inhibitory<2, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_type>> {};
struct A3T2 : hybrid<1, tau<tau_mode::per_subtype_spatial>> {};
struct A3T3 : excitatory<2, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
struct A3 : area<input<4, 4, 4>,
    neurons<A3T0, A3T1, A3T2, A3T3>,
    connectivity<
        from<stimulus, 0, 0, edge{.nonlinearity = activation::leaky_relu}, 0, 0>,
        from<A3T0, edge{.extent = {1, 1}}, 0, edge{.extent = {1, 1}, .bias = false}, 0, 0>,
        from<A3T1, edge{.extent = {3, 1}, .nonlinearity = activation::relu6}, edge{.nonlinearity = activation::tanh,
            .bias = false}, edge{.extent = {3, 1}, .nonlinearity = activation::silu, .bias = false}, 0,
            edge{.extent = {1, 1}}>,
        from<A3T2, 0, edge{.nonlinearity = activation::leaky_relu}, edge{.extent = {3, 1}}, edge{.extent = {3, 1},
            .nonlinearity = activation::tanh}, 0>,
        from<A3T3, edge{.extent = {1, 3}}, edge{.extent = {1, 1}, .bias = false}, edge{.extent = {1, 1},
            .nonlinearity = activation::gelu}, 0, 0>>,
    output<2>> {};
using declared = network<A0, A1, A2, A3, feedback<A3, A1, edge{.extent = {1, 3}, .nonlinearity = activation::softplus}>, pool<pool_mode::max>>;
static_assert(is_one_of<rule::missing_feedback>(broken_rule<declared>), "seed 1, index 72: feedback from nobody");
}  // namespace r0072

namespace r0073 {  // channels for feedback in a network without (network); the reference refuses it
struct A0T0 : excitatory<3, tau<tau_mode::per_type>> {};
struct A0T1 : excitatory<2, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
struct A0T2 : inhibitory<2, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T3 : inhibitory<2, nonlinearity<activation::tanh>, signed_rates> {};
struct A0 : area<input<2, 5, 4, neuron_class::inhibitory>,
    feedback_channels<2>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}, .bias = false}, 0, edge{.extent = {1, 3}}, edge{.groups = 2}, 0>,
        from<top_down, edge{.extent = {3, 1}, .bias = false}, edge{.extent = {1, 1}, .bias = false},
            edge{.extent = {1, 3}}, 1, edge{.extent = {3, 1}}>,
        from<A0T0, edge{.extent = {1, 3}, .groups = 3, .bias = false}, edge{.bias = false}, edge{.extent = {5, 1},
            .bias = false}, edge{.extent = {3, 1}, .bias = false}, 1>,
        from<A0T1, edge{.bias = false}, 0, 0, edge{.bias = false}, 0>,
        from<A0T2, 1, edge{.extent = {1, 1}, .groups = 2}, edge{.groups = 2}, edge{.extent = {3, 1}}, 0>,
        from<A0T3, edge{.extent = {3, 1}, .bias = false}, edge{.bias = false}, edge{.groups = 2}, edge{.extent = {1,
            1}, .groups = 2}, 0>>,
    output<1>> {};
using declared = network<A0>;
static_assert(is_one_of<rule::missing_feedback>(broken_rule<declared>), "seed 1, index 73: channels for feedback in a network without");
}  // namespace r0073

namespace r0074 {  // feedback of even extent (network); the reference refuses it
struct A0T0 : excitatory<4, nonlinearity<activation::tanh>, signed_rates, tau<tau_mode::per_subtype_spatial>,
    initial_state<fill::ones>> {};
struct A0T1 : excitatory<2, nonlinearity<activation::tanh>, signed_rates, initial_state<fill::ones>> {};
struct A0T2 : inhibitory<2, nonlinearity<activation::relu>, tau<tau_mode::spatial>,
    initial_state<fill::ones>> {};
struct A0T3 : hybrid<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>,
    initial_state<fill::ones>> {};
struct A0 : area<input<2, 5, 4, neuron_class::excitatory>,
    feedback_channels<4>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, 1, 1, 0, 0, 0>,
        from<top_down, 1, 1, 0, 1, 0>,
        from<A0T0, 1, 1, 0, 1, 1>,
        from<A0T1, 0, 1, 1, 1, 1>,
        from<A0T2, 1, 0, 1, 1, 1>,
        from<A0T3, 1, 1, 1, 1, 1>>,
    output<2>> {};
struct A1T0 : excitatory<2, nonlinearity<activation::relu6>, tau<tau_mode::per_subtype_spatial>> {};
struct A1T1 : excitatory<3> {};
struct A1 : area<input<2, 5, 4>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 1, 0, edge{.extent = {3, 1}}>,
        from<A1T0, 0, edge{.extent = {1, 1}}, 0>,
        from<A1T1, 1, 0, 1>>,
    output<2>> {};
struct A2T0 : hybrid<2, nonlinearity<activation::silu>, tau<tau_mode::spatial>> {};
struct A2T1 : hybrid<1, tau<tau_mode::per_type>> {};
struct A2 : area<input<2, 6, 5>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, 0>,
        from<A2T0, edge{.extent = {1, 3}, .nonlinearity = activation::tanh, .bias = false}, edge{.extent = {5, 1},
            .bias = false}, edge{.extent = {1, 3}, .nonlinearity = activation::sigmoid}>,
        from<A2T1, 1, 0, 0>>,
    output<3>> {};
using declared = network<A0, A1, A2, feedback<A2, A0, edge{.extent = {2, 1}, .nonlinearity = activation::gelu}>, pool<pool_mode::average>>;
static_assert(is_one_of<rule::even_extent>(broken_rule<declared>), "seed 1, index 74: feedback of even extent");
}  // namespace r0074

namespace r0075 {  // feedback of no extent (network); the reference refuses it
struct A0T0 : excitatory<1, nonlinearity<activation::softplus>, tau<tau_mode::spatial>> {};
struct A0T1 : inhibitory<4, nonlinearity<activation::silu>, signed_rates> {};
struct A0 : area<input<4, 4, 4>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 1, 1, 0>,
        from<top_down, 0, 1, 0>,
        from<A0T0, 0, 1, 1>,
        from<A0T1, edge{.extent = {3, 1}}, 1, 1>>,
    output<4>> {};
struct A1T0 : hybrid<4, tau<tau_mode::per_type>> {};
struct A1T1 : inhibitory<3, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A1T2 : hybrid<3, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A1T3 : inhibitory<2, tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<4, 4, 4>,
    neurons<A1T0, A1T1, A1T2, A1T3>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, edge{.extent = {3, 1}}, 1, 1, 0>,
        from<A1T0, edge{.extent = {1, 3}}, edge{.extent = {3, 1}}, edge{.extent = {3, 1}}, 1, edge{.extent = {1, 3}}>,
        from<A1T1, 1, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, 1>,
        from<A1T2, 0, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}>,
        from<A1T3, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, 1>>,
    output<4>> {};
using declared = network<A0, A1, feedback<A1, A0, edge{.extent = {0, 3}, .nonlinearity = activation::tanh}>, pool<pool_mode::max>, area_delay<1>>;
static_assert(is_one_of<rule::small_extent>(broken_rule<declared>), "seed 1, index 75: feedback of no extent");
}  // namespace r0075

namespace r0076 {  // feedback of large extent (network); the reference takes it
struct A0T0 : excitatory<2, nonlinearity<activation::relu6>> {};
struct A0 : area<input<1, 3, 5>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<top_down, edge{.bias = false}, 0>,
        from<A0T0, 1, edge{.bias = false}>>,
    output<4>> {};
struct A1T0 : excitatory<4, nonlinearity<activation::leaky_relu>, signed_rates> {};
struct A1T1 : excitatory<4, nonlinearity<activation::none>, signed_rates, tau<tau_mode::spatial>> {};
struct A1T2 : excitatory<1, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::per_type>> {};
struct A1T3 : inhibitory<4, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<4, 4, 6>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A1T0, A1T1, A1T2, A1T3>,
    connectivity<
        from<stimulus, edge{.groups = 4}, 0, 0, edge{.extent = {3, 5}}, 0>,
        from<top_down, 0, 0, 0, edge{.extent = {1, 5}}, 0>,
        from<A1T0, 0, 0, edge{.extent = {3, 1}, .nonlinearity = activation::hard_tanh}, 0, edge{.groups = 2}>,
        from<A1T1, 0, edge{.extent = {1, 3}, .groups = 4}, 0, edge{.extent = {1, 3}, .groups = 4}, 0>,
        from<A1T2, 0, edge{.extent = {1, 3}}, edge{.extent = {1, 3}}, 0, 0>,
        from<A1T3, 0, 1, 0, edge{.extent = {1, 1}, .nonlinearity = activation::sigmoid}, edge{.extent = {3, 5},
            .groups = 4}>>,
    output<4>> {};
struct A2T0 : hybrid<1, tau<tau_mode::per_subtype_spatial>> {};
struct A2T1 : hybrid<2, tau<tau_mode::per_type>> {};
struct A2 : area<input<4, 3, 3, neuron_class::inhibitory>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, 0, edge{.groups = 2, .bias = false}, 0>,
        from<top_down, 0, edge{.groups = 2}, 0>,
        from<A2T0, edge{.extent = {1, 1}, .bias = false}, edge{.bias = false}, 0>,
        from<A2T1, 1, edge{.extent = {1, 3}, .bias = false}, edge{.extent = {1, 3}, .bias = false}>>,
    output<3>> {};
struct A3T0 : inhibitory<3, nonlinearity<activation::hard_tanh>, signed_rates> {};
struct A3T1 : excitatory<4, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A3T2 : inhibitory<2, tau<tau_mode::per_type>> {};
struct A3 : area<input<3, 3, 3>,
    neurons<A3T0, A3T1, A3T2>,
    connectivity<
        from<stimulus, 0, 1, 1, 0>,
        from<A3T0, edge{.bias = false}, edge{.bias = false}, 1, 0>,
        from<A3T1, 1, 1, 0, edge{.bias = false}>,
        from<A3T2, 0, 0, 0, edge{.bias = false}>>,
    output<2>> {};
using declared = network<A0, A1, A2, A3, feedback<A1, A0, edge{.nonlinearity = activation::leaky_relu}>, feedback<A2, A1, edge{.nonlinearity = activation::hard_sigmoid}>, feedback<A3, A0, edge{.extent = {1, 3}, .nonlinearity = activation::relu6}>, feedback<A3, A2, edge{.extent = {5, 3}, .nonlinearity = activation::relu}>, area_delay<1>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 76: feedback of large extent");
}  // namespace r0076

namespace r0077 {  // fewer than two classes (classifier); the reference refuses it
struct A0T0 : excitatory<2, nonlinearity<activation::relu6>> {};
struct A0T1 : inhibitory<1, nonlinearity<activation::tanh>, signed_rates, tau<tau_mode::per_type>> {};
struct A0 : area<input<4, 5, 4>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 1, edge{.bias = false}, 0>,
        from<A0T0, 0, 0, 1>,
        from<A0T1, edge{.bias = false}, 0, 0>>,
    output<2, activation::elu>> {};
struct Net : network<A0> {};
using declared = classifier<Net, classes<-1>, hidden<3>, readout_pool<pool_mode::max, 3, 3>>;
static_assert(is_one_of<rule::few_classes>(broken_rule<declared>), "seed 1, index 77: fewer than two classes");
}  // namespace r0077

namespace r0078 {  // no hidden units (classifier); the reference takes it
struct A0T0 : inhibitory<4, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::per_type>,
    initial_state<fill::ones>> {};
struct A0T1 : excitatory<1, nonlinearity<activation::hard_tanh>, signed_rates, initial_state<fill::ones>> {};
struct A0 : area<input<4, 5, 3>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 3}, .nonlinearity = activation::leaky_relu}, 0>,
        from<top_down, 0, edge{.nonlinearity = activation::hard_tanh}, 0>,
        from<A0T0, edge{.extent = {1, 3}, .groups = 2, .nonlinearity = activation::hard_sigmoid}, edge{.extent = {3,
            1}}, 0>,
        from<A0T1, 1, edge{.extent = {5, 1}, .nonlinearity = activation::silu},
            edge{.nonlinearity = activation::hard_sigmoid}>>,
    output<4>> {};
struct A1T0 : excitatory<3, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::per_type>> {};
struct A1T1 : hybrid<2, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A1 : area<input<4, 5, 3, neuron_class::excitatory>,
    feedback_channels<1, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 0, edge{.nonlinearity = activation::relu6}, 0>,
        from<top_down, 0, 1, 0>,
        from<A1T0, 1, edge{.nonlinearity = activation::silu}, 0>,
        from<A1T1, edge{.nonlinearity = activation::leaky_relu}, 0, edge{.nonlinearity = activation::tanh}>>,
    output<4>> {};
struct A2T0 : excitatory<4, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A2T1 : inhibitory<4, nonlinearity<activation::hard_tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A2 : area<input<4, 5, 3>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, 0, edge{.groups = 4, .nonlinearity = activation::elu}, edge{.extent = {5, 3}, .groups = 2,
            .nonlinearity = activation::hard_sigmoid, .bias = false}>,
        from<A2T0, edge{.groups = 2, .nonlinearity = activation::sigmoid, .bias = false}, 0, edge{.extent = {1, 1},
            .bias = false}>,
        from<A2T1, edge{.extent = {5, 3}, .groups = 2, .bias = false}, edge{.extent = {1, 1}, .groups = 2},
            edge{.groups = 2, .nonlinearity = activation::sigmoid}>>,
    output<4>> {};
struct Net : network<A0, A1, A2, feedback<A1, A0>, feedback<A2, A0, edge{.extent = {1, 3},
    .nonlinearity = activation::softplus}>, feedback<A2, A1>> {};
using declared = classifier<Net, classes<2>, hidden<0>, dropout<0.3>, readout_pool<pool_mode::average, 3, 1>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 78: no hidden units");
}  // namespace r0078

namespace r0079 {  // a dropout out of range (classifier); the reference refuses it
struct A0T0 : inhibitory<3> {};
struct A0 : area<input<4, 3, 4, neuron_class::inhibitory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0>,
        from<A0T0, 1, edge{.extent = {1, 1}}>>,
    output<3>> {};
struct Net : network<A0> {};
using declared = classifier<Net, classes<6>, hidden<2>, dropout<-0.25>, readout_pool<pool_mode::max, 1, 1>>;
static_assert(is_one_of<rule::dropout_range>(broken_rule<declared>), "seed 1, index 79: a dropout out of range");
}  // namespace r0079

namespace r0080 {  // a readout pooled to nothing (classifier); the reference refuses it
struct A0T0 : inhibitory<4, nonlinearity<activation::softplus>, tau<tau_mode::spatial>,
    initial_state<fill::ones>> {};
struct A0T1 : hybrid<4, tau<tau_mode::per_subtype_spatial>, initial_state<fill::ones>> {};
struct A0T2 : inhibitory<4, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::per_subtype_spatial>,
    initial_state<fill::ones>> {};
struct A0T3 : hybrid<1, nonlinearity<activation::softplus>, initial_state<fill::ones>> {};
struct A0 : area<input<3, 3, 5, neuron_class::excitatory>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, 0, edge{.bias = false}, 1, 0, 0>,
        from<A0T0, 1, edge{.bias = false}, 1, 0, 1>,
        from<A0T1, 1, edge{.bias = false}, 1, 1, 1>,
        from<A0T2, edge{.bias = false}, 0, 1, edge{.bias = false}, edge{.bias = false}>,
        from<A0T3, 0, 0, edge{.bias = false}, edge{.bias = false}, edge{.bias = false}>>,
    output<4, activation::softplus>> {};
struct A1T0 : hybrid<4, nonlinearity<activation::leaky_relu>, tau<tau_mode::spatial>> {};
struct A1T1 : excitatory<4, tau<tau_mode::per_type>> {};
struct A1T2 : hybrid<2, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A1 : area<input<4, 3, 5, neuron_class::inhibitory>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}, .bias = false}, edge{.extent = {1, 3}, .bias = false}, 0, 0>,
        from<A1T0, 0, 0, edge{.extent = {1, 1}}, 0>,
        from<A1T1, edge{.extent = {1, 3}}, 0, edge{.extent = {1, 1}}, 0>,
        from<A1T2, edge{.extent = {1, 3}}, 0, edge{.extent = {1, 1}, .bias = false}, edge{.extent = {1, 5},
            .bias = false}>>,
    output<2>> {};
struct Net : network<A0, A1, pool<pool_mode::average>, area_delay<1>> {};
using declared = classifier<Net, classes<3>, hidden<8>, readout_pool<pool_mode::max, -1, 1>>;
static_assert(is_one_of<rule::small_readout_pool>(broken_rule<declared>), "seed 1, index 80: a readout pooled to nothing");
}  // namespace r0080

namespace r0081 {  // a readout pooled to more than the map (classifier); the reference takes it
struct A0T0 : inhibitory<1> {};
struct A0T1 : hybrid<1, tau<tau_mode::spatial>> {};
struct A0 : area<input<3, 4, 4, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, edge{.extent = {3, 1}}, 0>,
        from<A0T0, 0, edge{.extent = {1, 1}, .bias = false}, 0>,
        from<A0T1, 0, 0, 1>>,
    output<1>> {};
struct A1T0 : hybrid<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
struct A1T1 : excitatory<2, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::spatial>> {};
struct A1 : area<input<1, 5, 5, neuron_class::excitatory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0, 0>,
        from<A1T0, 0, 1, edge{.extent = {5, 1}}>,
        from<A1T1, 0, 0, 1>>,
    output<1>> {};
struct Net : network<A0, A1, area_delay<1>> {};
using declared = classifier<Net, classes<5>, hidden<2>, readout_pool<pool_mode::average, 1, 6>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 81: a readout pooled to more than the map");
}  // namespace r0081

namespace r0082 {  // a type has no row (area 0); the reference refuses it
struct T0 : hybrid<1, tau<tau_mode::per_type>, initial_state<fill::ones>> {};
struct T1 : excitatory<3, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_subtype_spatial>,
    initial_state<fill::ones>> {};
struct T2 : hybrid<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>,
    initial_state<fill::ones>> {};
struct T3 : hybrid<3, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_type>,
    initial_state<fill::ones>> {};
using declared = area<input<2, 4, 3>,
    feedback_channels<2>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 0, 0, edge{.extent = {3, 1}}, 0, edge{.extent = {3, 1}}>,
        from<top_down, 1, 1, 0, 0, 0>,
        from<T0, edge{.extent = {3, 1}}, edge{.extent = {1, 1}}, edge{.extent = {3, 1}}, 0, edge{.extent = {1, 3}}>,
        from<T1, 1, edge{.extent = {1, 1}}, 0, edge{.extent = {1, 1}}, edge{.extent = {1, 3}}>,
        from<T2, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, 0, edge{.extent = {1, 1}}, edge{.extent = {1, 3}}>>,
    output<2>>;
static_assert(is_one_of<rule::missing_row>(broken_rule<declared>), "seed 1, index 82: a type has no row");
}  // namespace r0082

namespace r0083 {  // the input has no row (area 0); the reference refuses it
struct T0 : inhibitory<3, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::per_type>,
    initial_state<fill::ones>> {};
using declared = area<input<2, 5, 3, neuron_class::excitatory>,
    neurons<T0>,
    connectivity<
        from<T0, 0, 1>>,
    output<2>>;
static_assert(is_one_of<rule::missing_stimulus_row>(broken_rule<declared>), "seed 1, index 83: the input has no row");
}  // namespace r0083

namespace r0084 {  // feedback has no row (area 0); the reference refuses it
struct T0 : excitatory<2, tau<tau_mode::per_type>, initial_state<fill::ones>> {};
struct T1 : hybrid<4, tau<tau_mode::spatial>, initial_state<fill::ones>> {};
using declared = area<input<4, 5, 3>,
    feedback_channels<1, neuron_class::excitatory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.groups = 2, .bias = false}, edge{.extent = {1, 1}, .groups = 2, .bias = false}, 0>,
        from<T0, 0, 0, 1>,
        from<T1, edge{.extent = {1, 3}, .groups = 2, .bias = false}, edge{.extent = {5, 3}, .bias = false}, 0>>,
    output<3, activation::gelu>>;
static_assert(is_one_of<rule::missing_top_down_row>(broken_rule<declared>), "seed 1, index 84: feedback has no row");
}  // namespace r0084

namespace r0085 {  // a row for feedback that is not heard (area 2); the reference refuses it
struct T0 : inhibitory<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<2, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>> {};
struct T2 : excitatory<2, nonlinearity<activation::none>, signed_rates, tau<tau_mode::per_type>> {};
struct T3 : inhibitory<4, nonlinearity<activation::silu>, signed_rates> {};
using declared = area<input<2, 3, 3>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, edge{.groups = 2}, 0, 1, 1, 1>,
        from<top_down, edge{.groups = 4}, edge{.extent = {1, 3}}, edge{.groups = 2}, 1, edge{.extent = {3, 1}}>,
        from<T0, edge{.groups = 2}, 0, edge{.groups = 2}, 0, 0>,
        from<T1, 1, 0, 1, 0, edge{.extent = {1, 3}}>,
        from<T2, edge{.groups = 4}, 0, edge{.extent = {1, 1}}, 1, 0>,
        from<T3, 1, 1, 1, 1, 0>>,
    output<1>>;
static_assert(is_one_of<rule::top_down_without_channels>(broken_rule<declared>), "seed 1, index 85: a row for feedback that is not heard");
}  // namespace r0085

namespace r0086 {  // a row too many (area 0); the reference refuses it
struct T0 : hybrid<4, nonlinearity<activation::relu>, tau<tau_mode::spatial>> {};
struct T1 : inhibitory<1> {};
struct T2 : hybrid<2> {};
using declared = area<input<4, 4, 4>,
    neurons<T0, T1, T2>,
    connectivity<
        from<stimulus, edge{.bias = false}, edge{.bias = false}, 1, 0>,
        from<T0, edge{.extent = {1, 1}, .bias = false}, 0, 0, 1>,
        from<T1, edge{.extent = {3, 1}}, 0, 0, 0>,
        from<T2, edge{.bias = false}, edge{.bias = false}, 0, 0>,
        from<T2, 0, 0, 0, 0>>,
    output<3>>;
static_assert(is_one_of<rule::unknown_source, rule::repeated_row>(broken_rule<declared>), "seed 1, index 86: a row too many");
}  // namespace r0086

namespace r0087 {  // a cell too few (area 0); the reference refuses it
struct T0 : hybrid<4, tau<tau_mode::spatial>> {};
struct T1 : inhibitory<4, nonlinearity<activation::leaky_relu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 4, 4>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0, 1>,
        from<T0, 0, edge{.extent = {1, 3}}>,
        from<T1, edge{.extent = {1, 1}}, 1, 0>>,
    output<2>>;
static_assert(is_one_of<rule::few_cells>(broken_rule<declared>), "seed 1, index 87: a cell too few");
}  // namespace r0087

namespace r0088 {  // a cell too many (area 0); the reference refuses it
struct T0 : inhibitory<2, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct T1 : inhibitory<4, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<1, 4, 4, neuron_class::excitatory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 1, 0, 1>,
        from<T0, 1, 1, 1, 0>,
        from<T1, edge{.bias = false}, edge{.bias = false}, 0>>,
    output<4>>;
static_assert(is_one_of<rule::many_cells>(broken_rule<declared>), "seed 1, index 88: a cell too many");
}  // namespace r0088

namespace r0089 {  // a cell that is no mark (area 0); the reference takes it
struct T0 : excitatory<4, nonlinearity<activation::tanh>, signed_rates, tau<tau_mode::per_type>> {};
struct T1 : hybrid<3, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 4, 5>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 1, 2>,
        from<T0, 0, 0, edge{.nonlinearity = activation::sigmoid}>,
        from<T1, 0, 0, edge{.extent = {1, 1}}>>,
    output<2>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 89: a cell that is no mark");
}  // namespace r0089

namespace r0090 {  // a type receives nothing (area 0); the reference refuses it
struct T0 : hybrid<1> {};
struct T1 : inhibitory<2, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<3, 3, 3, neuron_class::excitatory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 0, 1, 0>,
        from<T0, 0, edge{.extent = {1, 1}}, 0>,
        from<T1, 0, edge{.extent = {1, 1}}, edge{.bias = false}>>,
    output<2, activation::tanh>>;
static_assert(is_one_of<rule::receives_nothing, rule::unused_stimulus, rule::unused_top_down>(broken_rule<declared>), "seed 1, index 90: a type receives nothing");
}  // namespace r0090

namespace r0091 {  // a type hears itself only (area 0); the reference takes it
struct T0 : hybrid<4, nonlinearity<activation::elu>, tau<tau_mode::per_type>, initial_state<fill::ones>> {};
struct T1 : inhibitory<2, nonlinearity<activation::relu>, tau<tau_mode::spatial>,
    initial_state<fill::ones>> {};
using declared = area<input<3, 5, 4, neuron_class::excitatory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 0, 1, 0>,
        from<T0, 1, 1, edge{.groups = 2}>,
        from<T1, 0, 1, 1>>,
    output<2>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 91: a type hears itself only");
}  // namespace r0091

namespace r0092 {  // a type sends to nobody (area 1); the reference takes it
struct T0 : excitatory<1, tau<tau_mode::per_type>> {};
struct T1 : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<1, 3, 4>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 1, edge{.extent = {1, 3}, .nonlinearity = activation::tanh}, 0>,
        from<T0, 0, 0, 0>,
        from<T1, edge{.nonlinearity = activation::hard_sigmoid}, edge{.extent = {1, 3}, .groups = 4},
            edge{.nonlinearity = activation::relu}>>,
    output<3, activation::silu>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 92: a type sends to nobody");
}  // namespace r0092

namespace r0093 {  // nothing goes out (area 1); the reference refuses it
struct T0 : hybrid<2, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<2, nonlinearity<activation::silu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct T2 : inhibitory<2, nonlinearity<activation::none>, signed_rates> {};
struct T3 : hybrid<1, tau<tau_mode::per_type>> {};
using declared = area<input<1, 6, 4>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 1, edge{.nonlinearity = activation::hard_sigmoid}, 0, 0, 0>,
        from<T0, edge{.nonlinearity = activation::tanh}, 0, 0, edge{.extent = {1, 3}}, 0>,
        from<T1, 0, 1, edge{.extent = {5, 3}}, edge{.extent = {5, 3}}, 0>,
        from<T2, 0, 0, edge{.extent = {1, 1}}, edge{.nonlinearity = activation::silu}, 0>,
        from<T3, 0, edge{.extent = {1, 3}, .nonlinearity = activation::gelu}, edge{.extent = {1, 1},
            .nonlinearity = activation::hard_sigmoid}, 0, 0>>,
    output<4>>;
static_assert(is_one_of<rule::no_output_edge>(broken_rule<declared>), "seed 1, index 93: nothing goes out");
}  // namespace r0093

namespace r0094 {  // the input goes nowhere (area 2); the reference takes it
struct T0 : hybrid<3, nonlinearity<activation::leaky_relu>, tau<tau_mode::spatial>> {};
struct T1 : excitatory<4, nonlinearity<activation::relu>> {};
struct T2 : hybrid<4, nonlinearity<activation::silu>, tau<tau_mode::spatial>> {};
struct T3 : hybrid<2, tau<tau_mode::per_type>> {};
using declared = area<input<4, 7, 6>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 0, 0, 0, 0, 0>,
        from<T0, edge{.bias = false}, edge{.bias = false}, 0, edge{.extent = {3, 1}}, 0>,
        from<T1, edge{.bias = false}, 1, edge{.extent = {5, 3}, .bias = false}, edge{.extent = {1, 5},
            .bias = false}, 0>,
        from<T2, 0, 1, edge{.bias = false}, 1, edge{.extent = {1, 5}, .bias = false}>,
        from<T3, 0, edge{.extent = {5, 3}}, edge{.bias = false}, edge{.extent = {1, 1}}, edge{.bias = false}>>,
    output<3, activation::gelu>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 94: the input goes nowhere");
}  // namespace r0094

namespace r0095 {  // feedback goes nowhere (area 0); the reference takes it
struct T0 : inhibitory<2, nonlinearity<activation::leaky_relu>, signed_rates> {};
struct T1 : excitatory<3, nonlinearity<activation::relu6>> {};
using declared = area<input<2, 4, 3>,
    feedback_channels<2, neuron_class::excitatory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0, 0>,
        from<top_down, 0, 0, 0>,
        from<T0, 1, edge{.extent = {1, 3}, .bias = false}, 0>,
        from<T1, 1, edge{.bias = false}, edge{.bias = false}>>,
    output<4>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 95: feedback goes nowhere");
}  // namespace r0095

namespace r0096 {  // an even extent (area 1); the reference refuses it
struct T0 : excitatory<3, tau<tau_mode::per_type>> {};
struct T1 : hybrid<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 3, 3>,
    feedback_channels<1, neuron_class::inhibitory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, 0>,
        from<top_down, edge{.bias = false}, edge{.bias = false}, edge{.extent = {4, 3}, .bias = false}>,
        from<T0, edge{.groups = 3, .bias = false}, 0, edge{.bias = false}>,
        from<T1, edge{.bias = false}, 1, 1>>,
    output<4>>;
static_assert(is_one_of<rule::even_extent>(broken_rule<declared>), "seed 1, index 96: an even extent");
}  // namespace r0096

namespace r0097 {  // an extent of nothing (area 2); the reference refuses it
struct T0 : inhibitory<2, nonlinearity<activation::hard_tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<4, 4, 4, neuron_class::inhibitory>,
    neurons<T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<T0, edge{.extent = {0, 3}}, 1>>,
    output<4>>;
static_assert(is_one_of<rule::small_extent>(broken_rule<declared>), "seed 1, index 97: an extent of nothing");
}  // namespace r0097

namespace r0098 {  // an extent larger than the map (area 1); the reference takes it
struct T0 : hybrid<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::spatial>> {};
struct T1 : hybrid<1> {};
using declared = area<input<3, 3, 4, neuron_class::excitatory>,
    neurons<T0, T1>,
    connectivity<
        from<stimulus, 0, edge{.bias = false}, 0>,
        from<T0, edge{.bias = false}, 0, edge{.extent = {1, 5}, .bias = false}>,
        from<T1, edge{.bias = false}, 0, edge{.extent = {1, 3}, .bias = false}>>,
    output<4>>;
static_assert(is_taken_or_stricter(broken_rule<declared>), "seed 1, index 98: an extent larger than the map");
}  // namespace r0098

namespace r0099 {  // groups that do not divide the source (area 0); the reference refuses it
struct T0 : excitatory<2, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
struct T1 : inhibitory<2, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::per_type>> {};
struct T2 : excitatory<2, nonlinearity<activation::relu6>, tau<tau_mode::per_subtype_spatial>> {};
struct T3 : inhibitory<1, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
using declared = area<input<3, 5, 3>,
    feedback_channels<4, neuron_class::excitatory>,
    neurons<T0, T1, T2, T3>,
    connectivity<
        from<stimulus, 0, edge{.extent = {5, 3}, .nonlinearity = activation::sigmoid}, 0, 0, 0>,
        from<top_down, edge{.extent = {3, 1}, .groups = 2, .nonlinearity = activation::relu6}, edge{.extent = {1, 3},
            .groups = 2}, 0, 1, 0>,
        from<T0, 0, 0, edge{.extent = {1, 3}, .groups = 5}, 0, 1>,
        from<T1, 0, 0, 0, 0, edge{.extent = {5, 3}, .nonlinearity = activation::leaky_relu}>,
        from<T2, edge{.extent = {1, 1}, .nonlinearity = activation::leaky_relu}, 0, 0, 0, 0>,
        from<T3, 0, 1, 0, edge{.extent = {1, 1}, .nonlinearity = activation::gelu}, edge{.extent = {5, 1},
            .nonlinearity = activation::relu6}>>,
    output<4>>;
static_assert(is_one_of<rule::groups_of_source>(broken_rule<declared>), "seed 1, index 99: groups that do not divide the source");
}  // namespace r0099

}  // namespace cortexpr::differential
