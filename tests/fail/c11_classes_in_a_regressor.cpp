// EXPECT: [cortexpr C11] this is no part of a regressor; after the network come targets<>, hidden<>, dropout<> and
// readout_pool<>; classes<> are a classifier's EXPECT: C11_unknown_regressor_part<cortexpr::classes<2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Position : regressor<network<V1>, classes<2>, hidden<64>> {};
#else
struct Position : regressor<network<V1>, targets<2>, hidden<64>> {};
#endif
