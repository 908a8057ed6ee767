// The readout has one hidden layer.
// EXPECT: [cortexpr C04] the readout is given this part twice; keep one of the two
// EXPECT: C04_repeated_classifier_part<cortexpr::readout_part::hidden>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, hidden<256>, hidden<128>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, hidden<256>> {};
#endif
