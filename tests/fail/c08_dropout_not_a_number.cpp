// EXPECT: [cortexpr C08]
// EXPECT: C08_dropout_range<
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#include <limits>

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, dropout<std::numeric_limits<double>::quiet_NaN()>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, dropout<0.2>> {};
#endif
