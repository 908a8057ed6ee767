// The recurrence and the projection to the output in two rows.
// EXPECT: [cortexpr A10] the matrix has two rows from the same source; put all of its edges into one row
// EXPECT: A10_repeated_row<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        from<stimulus, 1, 0>,
#ifdef BAD_CODE
        from<E,        1, 0>,
        from<E,        0, 1>>,
#else
        from<E,        1, 1>>,
#endif
    output<32>> {};
