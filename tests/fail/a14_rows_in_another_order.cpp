// Rows in the order I, E under columns in the order E, I: each cell would mean another edge than it seems.
// EXPECT: [cortexpr A14] the matrix has the row of the first source where that of the second belongs
// EXPECT: A14_row_order<I, E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
#ifdef BAD_CODE
        from<I,        1, 1, 0>,
        from<E,        1, 1, 1>>,
#else
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
#endif
    output<32>> {};
