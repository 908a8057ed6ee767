// The sign in the matrix, as in a weight matrix of rates.
// EXPECT: [cortexpr E01] a cell of the matrix is negative (source, target, cell), but the sign belongs to the source's class
// EXPECT: E01_negative_cell<I, E, -1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E   I  output
        from<stimulus, 1,  1, 0>,
        from<E,        1,  1, 1>,
#ifdef BAD_CODE
        from<I,        -1, 1, 0>>,
#else
        from<I,        1,  1, 0>>,
#endif
    output<32>> {};
