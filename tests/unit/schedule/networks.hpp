#pragma once
// Small networks that differ in what the schedule looks at: areas, delay, feedback, half grids, nonlinearities of edges
// and outputs, groups, types that nothing reads at the last step.

#include <cortexpr/dsl.hpp>

#include <array>

namespace cortexpr::test::schedules {

struct E : excitatory<4> {};
struct I : inhibitory<2> {};
struct Start : excitatory<3, initial_state<fill::ones>> {};
struct Coarse : inhibitory<2, half_density> {};

struct One : area<input<1, 6, 5>, neurons<E, I>,
                  connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 0, 0>>, output<3>> {};
struct Half : area<input<2, 6, 5>, neurons<E, Coarse, I>,
                   connectivity<from<stimulus, 1, 1, 0, 1>, from<E, edge{.groups = 2}, 1, 1, 0>,
                                from<Coarse, 1, edge{.nonlinearity = activation::tanh}, 0, 1>, from<I, 1, 0, 1, 0>>,
                   output<3, activation::relu>> {};
// Feedback reaches I at step t, E at t + 1, the output at t + 1.
struct Low : area<input<1, 6, 5>, feedback_channels<2>, neurons<E, I>,
                  connectivity<from<stimulus, 1, 0, 0>, from<top_down, 0, edge{.nonlinearity = activation::tanh}, 0>,
                               from<E, 1, 1, 1>, from<I, 1, 0, 0>>,
                  output<3>> {};
struct Middle : area<input<3, 3, 4>, feedback_channels<2>, neurons<E>,
                     connectivity<from<stimulus, 1, 1>, from<top_down, 1, 1>, from<E, 1, 1>>, output<3>> {};
struct High : area<input<3, 3, 4>, neurons<Start>, connectivity<from<stimulus, 1, 0>, from<Start, 1, 1>>,
                   output<2, activation::tanh>> {};
// Nothing sends feedback to an area alone: its feedback stays as it starts.
struct Alone : area<input<1, 4, 4>, feedback_channels<2, neuron_class::hybrid, fill::ones>, neurons<E>,
                    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 1>, from<E, 1, 1>>, output<2>> {};
template <int Delay>
using chain = network<Low, Middle, High, feedback<Middle, Low, edge{.nonlinearity = activation::tanh}>,
                      feedback<High, Low>, feedback<High, Middle>, area_delay<Delay>>;
struct Prompt : chain<0> {};
struct Late : chain<1> {};
struct Judge : classifier<Late, classes<3>, hidden<4>, readout_pool<pool_mode::max>> {};

inline constexpr std::array<const plan::network*, 6> all{&plan_of<One>,    &plan_of<Half>, &plan_of<Alone>,
                                                         &plan_of<Prompt>, &plan_of<Late>, &plan_of<Judge>};

}  // namespace cortexpr::test::schedules
