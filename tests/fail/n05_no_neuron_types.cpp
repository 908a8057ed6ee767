// A convolution alone, with no neurons in between.
// EXPECT: [cortexpr N05] an area needs at least one neuron type; name them: neurons<E, I>
// EXPECT: N05_no_neuron_types<cortexpr::neurons<>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>,
#ifdef BAD_CODE
    neurons<>, connectivity<from<stimulus, 1>>,
#else
    neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#endif
    output<32>> {};
