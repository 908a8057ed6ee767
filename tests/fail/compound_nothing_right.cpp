// Every part of the area is wrong.
// EXPECT: [cortexpr A04]
// EXPECT: A04_input_size<0, 0, 0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
struct V1 : area<input<>, neurons<int, void>, connectivity<from<>, from<E, -1, 2.5>, double>, output<>> {};
struct Digits : classifier<network<V1, V1, int>> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};
#endif
