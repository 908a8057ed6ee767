// A third type was taken out of the area, its column was not.
// EXPECT: [cortexpr A16] this row has more cells than there are targets (source, cells, targets)
// EXPECT: A16_many_cells<E, 4, 3>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        from<stimulus, 1, 1, 0>,
#ifdef BAD_CODE
        from<E,        1, 1, 1, 1>,
#else
        from<E,        1, 1, 1>,
#endif
        from<I,        1, 1, 0>>,
    output<32>> {};
