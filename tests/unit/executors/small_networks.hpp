#pragma once
// Small networks that tests share, with and without LibTorch.

#include <cortexpr/dsl.hpp>

namespace cortexpr::small_networks {

struct E : excitatory<4> {};
struct I : inhibitory<2> {};
struct V1
    : area<input<2, 6, 5>, neurons<E, I>,
           connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.groups = 2, .bias = false}, 1>, from<I, 1, 1, 0>>,
           output<3>> {};
struct Tiny : classifier<network<V1>, classes<3>, hidden<7>, dropout<0.5>, readout_pool<pool_mode::max>> {};

// Feedback, a delay between areas, and a map that shrinks along one side and grows along the other.
struct H : hybrid<3> {};
struct Lower : area<input<2, 6, 5>, feedback_channels<2>, neurons<E, I>,
                    connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
                    output<3>> {};
struct Upper
    : area<input<3, 3, 8>, neurons<H>, connectivity<from<stimulus, 1, 0>, from<H, 1, 1>>, output<4, activation::tanh>> {
};
struct Two : network<Lower, Upper, feedback<Upper, Lower>, area_delay<1>> {};

}  // namespace cortexpr::small_networks
