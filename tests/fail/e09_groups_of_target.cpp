// Eight groups fit the sixteen subtypes of Pyr, but not the four of PV.
// EXPECT: [cortexpr E09] the edge's groups do not divide the channels of its target (source, target, groups, channels)
// EXPECT: E09_groups_of_target<Pyr, PV, 8, 4>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
struct PV : inhibitory<4> {};

struct V1 : area<input<1, 28, 28>, neurons<Pyr, PV>,
    connectivity<
        //             Pyr PV output
        from<stimulus, 1,  1, 0>,
#ifdef BAD_CODE
        from<Pyr,      1,  edge{.groups = 8}, 1>,
#else
        from<Pyr,      1,  edge{.groups = 4}, 1>,
#endif
        from<PV,       1,  1, 0>>,
    output<32>> {};
