// Neuron types alone are not wired.
// EXPECT: [cortexpr A02]
// EXPECT: A02_missing_area_part<cortexpr::area_part::connectivity>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
#ifndef BAD_CODE
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
#endif
    output<32>> {};
