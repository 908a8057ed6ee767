// One area is a network of one.
// EXPECT: [cortexpr C01] the first part of a classifier or regressor is a network or a connectome that is defined
// before it; wrap areas in one: classifier<network<V1>, classes<10>> EXPECT: C01_not_a_network<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<V1, classes<10>> {};
#else
struct Digits : classifier<network<V1>, classes<10>> {};
#endif
