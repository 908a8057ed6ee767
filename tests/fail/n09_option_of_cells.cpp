// The edges of an area have biases, its neuron types have none.
// EXPECT: [cortexpr N09] this neuron type is given something that is no option of one
// EXPECT: N09_unknown_neuron_option<E, cortexpr::bias<cortexpr::bias_mode::per_type
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, bias<bias_mode::per_type>> {};
#else
struct E : excitatory<16> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
