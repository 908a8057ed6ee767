// An extent is an option of an edge, not an edge.
// EXPECT: [cortexpr E03]
// EXPECT: E03_not_a_cell<cortexpr::stimulus, E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
#ifdef BAD_CODE
        from<stimulus, extent{5, 5}, 0>,
#else
        from<stimulus, edge{.extent = {5, 5}}, 0>,
#endif
        from<E,        1,            1>>,
    output<32>> {};
