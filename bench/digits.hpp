#pragma once
// The digits example's network, as in examples/digits.cpp.

#include <cortexpr/dsl.hpp>

struct E : cortexpr::excitatory<16> {};
struct I : cortexpr::inhibitory<16> {};

struct V1 : cortexpr::area<cortexpr::input<1, 28, 28>, cortexpr::neurons<E, I>,
                           cortexpr::connectivity<                           //  E  I  output
                               cortexpr::from<cortexpr::stimulus, 1, 1, 0>,  //
                               cortexpr::from<E, 1, 1, 1>,                   //
                               cortexpr::from<I, 1, 1, 0>>,
                           cortexpr::output<32>> {};

struct Digits : cortexpr::classifier<cortexpr::network<V1>, cortexpr::classes<10>, cortexpr::hidden<256>,
                                     cortexpr::dropout<0.5>> {};
