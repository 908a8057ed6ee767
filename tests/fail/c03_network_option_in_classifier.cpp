// How maps shrink between areas is the network's; the readout's pooling is readout_pool.
// EXPECT: [cortexpr C03]
// EXPECT: C03_unknown_classifier_part<cortexpr::pool<cortexpr::pool_mode::average>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, pool<pool_mode::average>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, readout_pool<pool_mode::average>> {};
#endif
