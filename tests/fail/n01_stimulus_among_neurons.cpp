// The stimulus has a row, but it is no neuron type.
// EXPECT: [cortexpr N01]
// EXPECT: N01_not_a_neuron_type<cortexpr::stimulus>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>,
#ifdef BAD_CODE
    neurons<stimulus, E>,
#else
    neurons<E>,
#endif
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
