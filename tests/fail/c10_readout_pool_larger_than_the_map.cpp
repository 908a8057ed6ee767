// The last area's map is 7 x 7, though the image is 28 x 28.
// EXPECT: [cortexpr C10] the map that the readout pools to is larger than the last area's output (pool, output)
// EXPECT: C10_large_readout_pool<8, 8, 7, 7>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct IT : area<input<32, 7, 7>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1, IT>, classes<10>, readout_pool<pool_mode::max, 8, 8>> {};
#else
struct Digits : classifier<network<V1, IT>, classes<10>, readout_pool<pool_mode::max, 4, 4>> {};
#endif
