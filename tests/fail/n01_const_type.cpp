// EXPECT: [cortexpr N01] neurons<...> names something that is no neuron type
// EXPECT: name it without const
// EXPECT: N01_not_a_neuron_type<const E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
using Cell = const E;
#else
using Cell = E;
#endif
struct V1 : area<input<1, 28, 28>, neurons<Cell>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
