// An output nonlinearity belongs to the area, dropout to the classifier.
// EXPECT: [cortexpr N09] this neuron type is given something that is no option of one
// EXPECT: N09_unknown_neuron_option<E, cortexpr::dropout<
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, dropout<0.5>> {};
#else
struct E : excitatory<16> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
