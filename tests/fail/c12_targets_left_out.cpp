// EXPECT: [cortexpr C12] the regressor does not say how many numbers it fits; add targets<2>
// EXPECT: C12_missing_targets<cortexpr::network<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Position : regressor<network<V1>, hidden<64>> {};
#else
struct Position : regressor<network<V1>, targets<2>, hidden<64>> {};
#endif
