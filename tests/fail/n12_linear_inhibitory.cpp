// No nonlinearity at all: wanted for a linear analysis, and then asked for by name.
// EXPECT: [cortexpr N12]
// EXPECT: make the type hybrid, or ask for signed_rates
// EXPECT: N12_negative_nonlinearity<I, cortexpr::activation::none>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct I : inhibitory<16, nonlinearity<activation::none>> {};
#else
struct I : inhibitory<16, nonlinearity<activation::none>, signed_rates> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
