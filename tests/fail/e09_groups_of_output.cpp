// EXPECT: [cortexpr E09]
// EXPECT: E09_groups_of_target<E, cortexpr::output<10
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        from<stimulus, 1, 0>,
#ifdef BAD_CODE
        from<E,        1, edge{.groups = 4}>>,
#else
        from<E,        1, edge{.groups = 2}>>,
#endif
    output<10>> {};
