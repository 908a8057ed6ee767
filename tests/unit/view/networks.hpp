#pragma once
// The networks whose summaries, descriptions and declarations are tested: the digits example's, and one with every
// option.

#include "../../static/digits.hpp"

namespace view_test {

using namespace cortexpr;

using digits_example::Digits, digits_example::E, digits_example::I, digits_example::V1;

struct Squared {
    static constexpr bool can_be_negative = false;
    template <class Real>
    static constexpr Real value(Real x) {
        return x > 0 ? x * x : 0;
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return x > 0 ? 2 * x : 0;
    }
};

struct Pyr : excitatory<8, nonlinearity<custom<Squared>>, tau<tau_mode::per_subtype_spatial, uniform_draw{1.5, 6}>> {};
struct PV : inhibitory<4, half_density, tau<tau_mode::spatial, normal_draw{3, 0.5}>, initial_state<fill::uniform>> {};
struct Mix : hybrid<6, nonlinearity<chain(activation::softplus, activation::hard_tanh)>, initial_state<fill::normal>> {
};
struct Lin : inhibitory<2, nonlinearity<activation::none>, tau<tau_mode::per_type, 2>, signed_rates> {};
struct Low : area<input<3, 9, 7, neuron_class::excitatory>, feedback_channels<2, neuron_class::inhibitory, fill::ones>,
                  neurons<Pyr, PV, Mix>,
                  connectivity<  //  Pyr PV Mix output
                      from<stimulus, edge{.extent = {5, 3}, .bias = false}, 1, 1, 0>, from<top_down, 0, 0, 1, 0>,
                      from<Pyr, 1, edge{.groups = 4, .nonlinearity = activation::relu}, 1, 1>, from<PV, 1, 1, 0, 0>,
                      from<Mix, 0, 0, edge{.nonlinearity = chain(activation::tanh, activation::relu)},
                           edge{.extent = {1, 1}, .groups = 2, .bias = false}>>,
                  output<6, custom<Squared>, fill::uniform>> {};
struct High : area<input<6, 12, 4>, neurons<Lin>, connectivity<from<stimulus, 1, 0>, from<Lin, 1, 1>>,
                   output<5, activation::none, fill::normal>> {};
struct Top : area<input<5, 4, 4>, neurons<Lin, E>,
                  connectivity<from<stimulus, 1, 1, 0>, from<Lin, 1, 0, 1>, from<E, 1, 1, 1>>, output<4>> {};
struct Everything
    : classifier<network<Low, High, Top, feedback<High, Low, edge{.extent = {5, 1}, .bias = false}>,
                         feedback<Top, Low, edge{.nonlinearity = chain(activation::relu6, activation::tanh)}>,
                         pool<pool_mode::average>, area_delay<1>>,
                 classes<3>, hidden<7>, dropout<0.25>, readout_pool<pool_mode::average, 2, 3>> {};

/// Without a readout.
struct Next : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<3>> {};
struct Pair : network<V1, Next> {};

}  // namespace view_test
