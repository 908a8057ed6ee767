// The area hears feedback, but no type in it listens.
// EXPECT: [cortexpr A12] the area has feedback_channels, but its matrix has no row for them
// EXPECT: A12_missing_top_down_row<8>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E, I>,
    connectivity<
        from<stimulus, 1, 1, 0>,
#ifndef BAD_CODE
        from<top_down, 1, 0, 0>,
#endif
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};
