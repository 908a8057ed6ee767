// On a map of 8 x 8 a half-density type lives on 4 x 4 positions; from it to itself 5 x 5 is too large, into it from E it
// is not.
// EXPECT: [cortexpr E06]
// EXPECT: E06_large_extent<SST, SST, 5, 5, 4, 4>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct SST : inhibitory<4, half_density> {};
constexpr edge wide{.extent = {5, 5}};

struct V1 : area<input<1, 8, 8>, neurons<E, SST>,
    connectivity<
        //             E     SST   output
        from<stimulus, wide, 0,    0>,
        from<E,        wide, wide, wide>,
#ifdef BAD_CODE
        from<SST,      wide, wide, 0>>,
#else
        from<SST,      wide, 1,    0>>,
#endif
    output<32>> {};
