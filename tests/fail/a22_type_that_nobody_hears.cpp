// PV is driven, but its row is empty.
// EXPECT: [cortexpr A22] this neuron type reaches neither the output nor any type that does; connect it, or remove it
// EXPECT: A22_reaches_nothing<PV>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct PV : inhibitory<4> {};

struct V1 : area<input<1, 28, 28>, neurons<E, PV>,
    connectivity<
        //             E  PV output
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
#ifdef BAD_CODE
        from<PV,       0, 0, 0>>,
#else
        from<PV,       1, 0, 0>>,
#endif
    output<32>> {};
