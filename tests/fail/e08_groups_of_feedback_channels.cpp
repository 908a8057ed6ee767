// EXPECT: [cortexpr E08]
// EXPECT: E08_groups_of_source<cortexpr::top_down, E, 4, 6>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, feedback_channels<6>, neurons<E>,
    connectivity<
        from<stimulus, 1, 0>,
#ifdef BAD_CODE
        from<top_down, edge{.groups = 4}, 0>,
#else
        from<top_down, edge{.groups = 2}, 0>,
#endif
        from<E,        1, 1>>,
    output<32>> {};
