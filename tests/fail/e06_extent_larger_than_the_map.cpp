// An image of 28 x 28 and a kernel over all of it, and a bit more.
// EXPECT: [cortexpr E06] the extent of this edge is larger than the map it slides over (source, target, extent, map)
// EXPECT: E06_large_extent<cortexpr::stimulus, E, 29, 29, 28, 28>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
#ifdef BAD_CODE
        from<stimulus, edge{.extent = {29, 29}}, 0>,
#else
        from<stimulus, edge{.extent = {27, 27}}, 0>,
#endif
        from<E,        1, 1>>,
    output<32>> {};
