// Three groups of sixteen subtypes.
// EXPECT: [cortexpr E08]
// EXPECT: E08_groups_of_source<E, I, 3, 16>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<12> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
#ifdef BAD_CODE
        from<E,        1, edge{.groups = 3}, 1>,
#else
        from<E,        1, edge{.groups = 4}, 1>,
#endif
        from<I,        1, 1, 0>>,
    output<32>> {};
