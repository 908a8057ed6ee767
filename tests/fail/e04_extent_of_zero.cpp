// EXPECT: [cortexpr E04] the extent of this edge (source, target, height, width) has a side below 1
// EXPECT: E04_small_extent<E, E, 0, 3>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        from<stimulus, 1, 0>,
#ifdef BAD_CODE
        from<E,        edge{.extent = {0, 3}}, 1>>,
#else
        from<E,        edge{.extent = {1, 3}}, 1>>,
#endif
    output<32>> {};
