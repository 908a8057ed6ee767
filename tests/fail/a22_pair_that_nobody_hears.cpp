// SST and VIP talk to each other, and no one else listens.
// EXPECT: [cortexpr A22]
// EXPECT: A22_reaches_nothing<SST>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
struct SST : inhibitory<4> {};
struct VIP : inhibitory<2> {};

struct V1 : area<input<1, 28, 28>, neurons<Pyr, SST, VIP>,
    connectivity<
        //             Pyr SST VIP output
        from<stimulus, 1,  0,  0,  0>,
        from<Pyr,      1,  1,  1,  1>,
#ifdef BAD_CODE
        from<SST,      0,  0,  1,  0>,
#else
        from<SST,      1,  0,  1,  0>,
#endif
        from<VIP,      0,  1,  0,  0>>,
    output<32>> {};
