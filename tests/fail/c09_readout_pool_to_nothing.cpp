// EXPECT: [cortexpr C09] the map that the readout pools to (height, width) has a side below 1
// EXPECT: C09_small_readout_pool<0, 1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, readout_pool<pool_mode::max, 0, 1>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, readout_pool<pool_mode::max, 1, 1>> {};
#endif
