// EXPECT: [cortexpr C08] the probability of dropout is at least 0 and below 1; give dropout<0.5>, or leave it out
// EXPECT-GNU: C08_dropout_range<5.0e+1>
// EXPECT-Clang: C08_dropout_range<5.000000e+01>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, dropout<50.0>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, dropout<0.5>> {};
#endif
