// Two interneurons inhibit each other, cut off from the stimulus.
// EXPECT: [cortexpr A21]
// EXPECT: A21_hears_no_input<SST>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
struct SST : inhibitory<4> {};
struct VIP : inhibitory<2> {};

struct V1 : area<input<1, 28, 28>, neurons<Pyr, SST, VIP>,
    connectivity<
        //             Pyr SST VIP output
        from<stimulus, 1,  0,  0,  0>,
#ifdef BAD_CODE
        from<Pyr,      1,  0,  0,  1>,
#else
        from<Pyr,      1,  0,  1,  1>,
#endif
        from<SST,      1,  0,  1,  0>,
        from<VIP,      0,  1,  0,  0>>,
    output<32>> {};
