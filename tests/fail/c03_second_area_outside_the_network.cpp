// V2 belongs between the brackets of network<...>.
// EXPECT: [cortexpr C03] this is no part of a classifier; after the network come classes<>, hidden<>, dropout<> and readout_pool<>
// EXPECT: C03_unknown_classifier_part<V2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, V2, classes<10>> {};
#else
struct Digits : classifier<network<V1, V2>, classes<10>> {};
#endif
