// The neuron type's number of subtypes, as in a list of layer widths, is no neuron type.
// EXPECT: [cortexpr N01] neurons<...> names something that is no neuron type
// EXPECT: N01_not_a_neuron_type<int>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
using types = neurons<E, int>;
#else
using types = neurons<E>;
#endif

struct V1 : area<input<1, 28, 28>, types, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
