// tanh of a negative drive is negative: the excitatory cell would inhibit.
// EXPECT: [cortexpr N12] this excitatory or inhibitory type has a nonlinearity that can be negative
// EXPECT: N12_negative_nonlinearity<E, cortexpr::activation::tanh>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, nonlinearity<activation::tanh>> {};
#else
struct E : excitatory<16, nonlinearity<activation::sigmoid>> {};
#endif
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
