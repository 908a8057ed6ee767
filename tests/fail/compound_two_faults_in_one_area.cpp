// Groups that do not divide, and an interneuron that no type drives: told one after the other.
// EXPECT: [cortexpr E08]
// EXPECT: E08_groups_of_source<E, E, 3, 16>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 0, 0>,
#ifdef BAD_CODE
        from<E,        edge{.groups = 3}, 0, 1>,
#else
        from<E,        edge{.groups = 4}, 1, 1>,
#endif
        from<I,        1, 0, 0>>,
    output<32>> {};
