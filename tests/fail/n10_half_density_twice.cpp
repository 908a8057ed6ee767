// Twice half is not a quarter.
// EXPECT: [cortexpr N10]
// EXPECT: N10_repeated_neuron_option<SST, cortexpr::half_density>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct SST : inhibitory<4, half_density, half_density> {};
#else
struct SST : inhibitory<4, half_density> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, SST>,
    connectivity<from<stimulus, 1, 0, 0>, from<E, 1, 1, 1>, from<SST, 1, 0, 0>>,
    output<32>> {};
