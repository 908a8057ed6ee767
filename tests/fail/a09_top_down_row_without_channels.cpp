// A row for feedback in an area that says nothing about its channels.
// EXPECT: [cortexpr A09] the matrix has a row for top_down, but the area hears no feedback; add feedback_channels<16> to the area
// EXPECT: A09_top_down_without_channels<cortexpr::top_down>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
#ifndef BAD_CODE
    feedback_channels<16>,
#endif
    connectivity<
        from<stimulus, 1, 0>,
        from<top_down, 1, 0>,
        from<E,        1, 1>>,
    output<32>> {};
