// EXPECT: [cortexpr C01]
// EXPECT: C01_not_a_network<void>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<> {};
#else
struct Digits : classifier<network<V1>, classes<10>> {};
#endif
