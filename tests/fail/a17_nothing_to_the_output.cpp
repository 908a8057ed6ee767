// A circuit that talks to itself only.
// EXPECT: [cortexpr A17] nothing reaches the area's output, the last column is all 0
// EXPECT: A17_no_output_edge<cortexpr::output<32
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
#ifdef BAD_CODE
        from<E,        1, 1, 0>,
#else
        from<E,        1, 1, 1>,
#endif
        from<I,        1, 1, 0>>,
    output<32>> {};
