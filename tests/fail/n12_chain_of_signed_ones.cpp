// No member of the chain keeps the rates from going below zero; a rectifier as one of them would.
// EXPECT: [cortexpr N12] this excitatory or inhibitory type has a nonlinearity that can be negative
// EXPECT: N12_negative_nonlinearity<PV, cortexpr::activation::elu, cortexpr::activation::tanh>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct PV : inhibitory<4, nonlinearity<chain(activation::elu, activation::tanh)>> {};
#else
struct PV : inhibitory<4, nonlinearity<chain(activation::softplus, activation::tanh)>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, PV>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<PV, 1, 1, 0>>,
    output<32>> {};
