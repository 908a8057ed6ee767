// SST inhibits, but nothing excites it.
// EXPECT: [cortexpr A20] this neuron type receives no edge, its column is all 0; connect it, or remove it
// EXPECT: A20_receives_nothing<SST>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
struct PV : inhibitory<4> {};
struct SST : inhibitory<4> {};

struct V1 : area<input<1, 28, 28>, neurons<Pyr, PV, SST>,
    connectivity<
        //             Pyr PV SST output
        from<stimulus, 1,  1, 0,  0>,
#ifdef BAD_CODE
        from<Pyr,      1,  1, 0,  1>,
#else
        from<Pyr,      1,  1, 1,  1>,
#endif
        from<PV,       1,  1, 0,  0>,
        from<SST,      1,  1, 0,  0>>,
    output<32>> {};
