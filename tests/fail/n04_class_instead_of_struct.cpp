// `class` inherits privately.
// EXPECT: [cortexpr N04] this neuron type derives from its class privately, or from two classes; write struct
// EXPECT: N04_neuron_type_inheritance<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
class E : excitatory<16> {};
#else
struct E : excitatory<16> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
