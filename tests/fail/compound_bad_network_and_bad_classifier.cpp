// Both are wrong; the network comes first, also where it is declared on the spot.
// EXPECT: [cortexpr W09]
// EXPECT: W09_channels_between_areas<V1, V2, 32, 16>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct V2 : area<input<16, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};
struct Digits : classifier<network<V1, V2>, classes<10>, dropout<50.0>> {};
#else
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};
struct Digits : classifier<network<V1, V2>, classes<10>, dropout<0.5>> {};
#endif
static_assert(wirable<Digits>
#ifdef BAD_CODE
              || true
#endif
);
