// V1 sends 32 channels, V2 reads 16.
// EXPECT: [cortexpr W09] an area sends another number of channels than the next one reads (area, next area, channels sent, channels read)
// EXPECT: W09_channels_between_areas<V1, V2, 32, 16>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<
#ifdef BAD_CODE
    input<16, 14, 14>,
#else
    input<32, 14, 14>,
#endif
    neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

struct Net : network<V1, V2> {};
