// VIP hears SST only, which inhibits it, and its rates are rectified.
// EXPECT: [cortexpr A24] this neuron type hears only inhibition, and its nonlinearity is 0 for a drive below 0, so it
// EXPECT: A24_only_inhibited<VIP>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
struct SST : inhibitory<4> {};
struct VIP : inhibitory<4, nonlinearity<activation::relu>> {};

struct V1 : area<input<1, 28, 28>, neurons<Pyr, SST, VIP>,
    connectivity<
        //             Pyr SST VIP output
        from<stimulus, 1,  1, 0,  0>,
#ifdef BAD_CODE
        from<Pyr,      1,  1, 0,  1>,
#else
        from<Pyr,      1,  1, 1,  1>,
#endif
        from<SST,      1,  0, 1,  0>,
        from<VIP,      0,  1, 0,  0>>,
    output<32>> {};
