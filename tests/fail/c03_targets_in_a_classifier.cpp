// EXPECT: [cortexpr C03]
// EXPECT: C03_unknown_classifier_part<cortexpr::targets<2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Position : classifier<network<V1>, targets<2>, hidden<64>> {};
#else
struct Position : regressor<network<V1>, targets<2>, hidden<64>> {};
#endif
