// Types by types, as in a matrix of a recurrent network alone.
// EXPECT: [cortexpr A11] the matrix lacks the row of the stimulus; write it first: from<stimulus, 1, 1, 0>
// EXPECT: A11_missing_stimulus_row<cortexpr::stimulus>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
#ifndef BAD_CODE
        from<stimulus, 1, 1, 0>,
#endif
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};
