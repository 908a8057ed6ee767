// EXPECT: [cortexpr A10]
// EXPECT: A10_repeated_row<cortexpr::stimulus>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
#ifdef BAD_CODE
        from<stimulus, 1, 0, 0>,
        from<stimulus, 0, 1, 0>,
#else
        from<stimulus, 1, 1, 0>,
#endif
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};
