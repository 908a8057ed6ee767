// EXPECT: [cortexpr W10] the delay between areas is 0 or 1 steps; give area_delay<1>, or leave it out
// EXPECT: W10_area_delay<3>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Net : network<V1, V2, area_delay<3>> {};
#else
struct Net : network<V1, V2, area_delay<1>> {};
#endif
