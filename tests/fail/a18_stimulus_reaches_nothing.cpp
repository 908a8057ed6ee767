// EXPECT: [cortexpr A18] the stimulus reaches nothing, its row is all 0; set a cell to 1
// EXPECT: A18_unused_stimulus<cortexpr::stimulus>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
#ifdef BAD_CODE
        from<stimulus, 0, 0, 0>,
#else
        from<stimulus, 1, 0, 0>,
#endif
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};
