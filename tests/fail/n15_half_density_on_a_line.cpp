// A one-dimensional map, 1 x 64: its height has no second position.
// EXPECT: [cortexpr N15] this half_density type has neurons at every second position
// EXPECT: N15_half_density<SST, 1, 64>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct SST : inhibitory<4, half_density> {};
#else
struct SST : inhibitory<4> {};
#endif

constexpr edge along{.extent = {1, 5}};
struct A1 : area<input<1, 1, 64>, neurons<E, SST>,
    connectivity<
        //             E      SST    output
        from<stimulus, along, 0,     0>,
        from<E,        along, along, along>,
        from<SST,      along, 0,     0>>,
    output<32>> {};
