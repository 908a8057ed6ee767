// An area without a name and with a fault of its own: the area speaks, the network does not.
// EXPECT: [cortexpr A18]
// EXPECT: A18_unused_stimulus<cortexpr::stimulus>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
using V1 = area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 0, 0>, from<E, 1, 1>>, output<32>>;
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif

struct Digits : classifier<network<V1>, classes<10>> {};
