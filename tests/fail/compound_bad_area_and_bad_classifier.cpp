// Both are wrong; the area comes first.
// EXPECT: [cortexpr A17]
// EXPECT: A17_no_output_edge<cortexpr::output<32
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 0>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<1>, dropout<50.0>> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<2>, dropout<0.5>> {};
#endif
