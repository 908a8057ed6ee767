// The > of neurons stands at the end of the area.
// EXPECT: [cortexpr N01] neurons<...> names something that is no neuron type
// EXPECT: stands behind the > that closes neurons<...>
// EXPECT: N01_not_a_neuron_type<cortexpr::connectivity<
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct V1 : area<input<1, 28, 28>, neurons<E, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>>> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif
