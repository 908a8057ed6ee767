#pragma once
// The digits example's network.

#include <cortexpr/dsl.hpp>

namespace digits_example {

using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
                 connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};

}  // namespace digits_example
