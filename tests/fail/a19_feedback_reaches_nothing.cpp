// EXPECT: [cortexpr A19] the feedback reaches nothing, the row of top_down is all 0
// EXPECT: A19_unused_top_down<cortexpr::top_down>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct VIP : inhibitory<2> {};

struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E, VIP>,
    connectivity<
        //             E  VIP output
        from<stimulus, 1, 0,  0>,
#ifdef BAD_CODE
        from<top_down, 0, 0,  0>,
#else
        from<top_down, 0, 1,  0>,
#endif
        from<E,        1, 1,  1>,
        from<VIP,      1, 0,  0>>,
    output<32>> {};
