// EXPECT: [cortexpr E03] a cell of the matrix is neither a number nor an edge (source, target); write 1, 0, or edge{.extent = {5, 5}}
// EXPECT: E03_not_a_cell<E, E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        from<stimulus, 1,   0>,
#ifdef BAD_CODE
        from<E,        0.5, 1>>,
#else
        from<E,        1,   1>>,
#endif
    output<32>> {};
