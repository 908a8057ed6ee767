// The output is left out, though a row leads to it.
// EXPECT: [cortexpr A02]
// EXPECT: A02_missing_area_part<cortexpr::area_part::output>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>
#ifndef BAD_CODE
    , output<32>
#endif
    > {};
