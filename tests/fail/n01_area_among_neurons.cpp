// An area named where its neuron types belong.
// EXPECT: [cortexpr N01]
// EXPECT: N01_not_a_neuron_type<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

struct V2 : area<input<32, 14, 14>,
#ifdef BAD_CODE
    neurons<V1>,
#else
    neurons<E>,
#endif
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
