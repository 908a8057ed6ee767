// The diagonal cell gives the column of I a source, but it is I alone.
// EXPECT: [cortexpr A21] neither stimulus nor feedback reaches this neuron type, not even through other types
// EXPECT: A21_hears_no_input<I>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 0, 0>,
#ifdef BAD_CODE
        from<E,        1, 0, 1>,
#else
        from<E,        1, 1, 1>,
#endif
        from<I,        1, 1, 0>>,
    output<32>> {};
