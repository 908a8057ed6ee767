// EXPECT: [cortexpr A02]
// EXPECT: A02_missing_area_part<cortexpr::area_part::neurons>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>,
#ifndef BAD_CODE
    neurons<E>,
#endif
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
