// EXPECT: [cortexpr C08]
// EXPECT-GNU: C08_dropout_range<1.0e+0>
// EXPECT-Clang: C08_dropout_range<1.000000e+00>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, dropout<1.0>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, dropout<0.0>> {};
#endif
