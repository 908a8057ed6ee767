// SST lives in V2, but V1 has a row from it.
// EXPECT: [cortexpr A08] a row's source is no neuron type of this area; add it to neurons<...>, or remove the row
// EXPECT: A08_unknown_source<SST>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
struct PV : inhibitory<4> {};
struct SST : inhibitory<4> {};

struct V1 : area<input<1, 28, 28>, neurons<Pyr, PV>,
    connectivity<
        //             Pyr PV output
        from<stimulus, 1,  1, 0>,
        from<Pyr,      1,  1, 1>,
#ifdef BAD_CODE
        from<SST,      1,  1, 0>>,
#else
        from<PV,       1,  1, 0>>,
#endif
    output<32>> {};
