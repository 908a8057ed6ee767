// EXPECT: [cortexpr A15]
// EXPECT: A15_few_cells<I, 0, 3>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
#ifdef BAD_CODE
        from<I>>,
#else
        from<I,        1, 1, 0>>,
#endif
    output<32>> {};
