// An alias gives the type no name of its own.
// EXPECT: [cortexpr N03] a neuron type needs a name of its own; derive a struct, write no alias
// EXPECT: N03_underived_neuron_type<cortexpr::excitatory<16>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
using E = excitatory<16>;
#else
struct E : excitatory<16> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
