// One slip of the pen: I is missing from neurons<...>, so its row is unknown and every row is one cell too long.
// EXPECT: [cortexpr A08]
// EXPECT: A08_unknown_source<I>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>,
#ifdef BAD_CODE
    neurons<E>,
#else
    neurons<E, I>,
#endif
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};
