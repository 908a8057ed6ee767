// The sign of an inhibitory type is its class, not a negative number of cells.
// EXPECT: [cortexpr N08]
// EXPECT: N08_subtypes<I, -16>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct I : hybrid<-16> {};
#else
struct I : inhibitory<16> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
