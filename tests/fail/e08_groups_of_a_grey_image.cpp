// A grey image has one channel, which two groups cannot share.
// EXPECT: [cortexpr E08] the edge's groups do not divide the channels of its source (source, target, groups, channels)
// EXPECT: E08_groups_of_source<cortexpr::stimulus, E, 2, 1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
#ifdef BAD_CODE
        from<stimulus, edge{.groups = 2}, 0>,
#else
        from<stimulus, edge{.groups = 1}, 0>,
#endif
        from<E,        1, 1>>,
    output<32>> {};
