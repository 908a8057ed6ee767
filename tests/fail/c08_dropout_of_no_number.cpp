// EXPECT: [cortexpr C08] the probability of dropout is at least 0 and below 1
// EXPECT: C08_dropout_range<
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, dropout<activation::relu>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, dropout<0.5f>> {};
#endif
