// Areas stand in the order of the way up.
// EXPECT: [cortexpr W09]
// EXPECT: W09_channels_between_areas<V2, V1, 64, 1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Net : network<V2, V1> {};
#else
struct Net : network<V1, V2> {};
#endif
