// EXPECT: [cortexpr C13] a regressor fits 1 to 1,000,000 numbers; give targets<1> or more
// EXPECT: C13_few_targets<0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Speed : regressor<network<V1>, targets<0>> {};
#else
struct Speed : regressor<network<V1>, targets<1>> {};
#endif
