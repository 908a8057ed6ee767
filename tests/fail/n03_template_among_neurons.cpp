// The classes themselves in the list, as one would write layers.
// EXPECT: [cortexpr N03]
// EXPECT: N03_underived_neuron_type<cortexpr::inhibitory<8>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<8> {};

#ifdef BAD_CODE
using types = neurons<E, inhibitory<8>>;
#else
using types = neurons<E, I>;
#endif

struct V1 : area<input<1, 28, 28>, types,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
