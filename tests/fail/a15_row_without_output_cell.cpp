// The last column was forgotten.
// EXPECT: [cortexpr A15] this row has fewer cells than there are targets (source, cells, targets)
// EXPECT: A15_few_cells<cortexpr::stimulus, 2, 3>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
#ifdef BAD_CODE
        from<stimulus, 1, 1>,
#else
        from<stimulus, 1, 1, 0>,
#endif
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};
