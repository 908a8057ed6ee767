// A kernel of 4 x 4 has no centre.
// EXPECT: [cortexpr E05] the extent of this edge (source, target, height, width) has an even side, and a kernel needs a centre
// EXPECT: E05_even_extent<E, I, 4, 4>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 0, 0>,
#ifdef BAD_CODE
        from<E,        1, edge{.extent = {4, 4}}, 1>,
#else
        from<E,        1, edge{.extent = {5, 5}}, 1>,
#endif
        from<I,        1, 0, 0>>,
    output<32>> {};
