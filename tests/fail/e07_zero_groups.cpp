// EXPECT: [cortexpr E07] an edge has at least one channel group (source, target, groups)
// EXPECT: E07_few_groups<E, E, 0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        from<stimulus, 1, 0>,
#ifdef BAD_CODE
        from<E,        edge{.groups = 0}, 1>>,
#else
        from<E,        edge{.groups = 1}, 1>>,
#endif
    output<32>> {};
