// EXPECT: [cortexpr W06]
// EXPECT: W06_no_areas<>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

struct Digits : classifier<network<
#ifndef BAD_CODE
    V1,
#endif
    pool<pool_mode::average>>, classes<10>> {};
