// EXPECT: [cortexpr C07] the readout's hidden layer has 1 to 1,000,000 units; give hidden<256>, or leave it out
// EXPECT: C07_hidden_units<0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, hidden<0>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, hidden<256>> {};
#endif
