// What the area below sends is V2's stimulus.
// EXPECT: [cortexpr A08] a row's source is no neuron type of this area
// EXPECT: what the area below sends is the row of stimulus
// EXPECT: A08_unknown_source<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#ifdef BAD_CODE
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<V1, 1, 0>, from<E, 1, 1>>, output<32>> {};
#else
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif
