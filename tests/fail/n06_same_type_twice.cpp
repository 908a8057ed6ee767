// Two populations of pyramidal cells, meant to be in two layers.
// EXPECT: [cortexpr N06] neurons<...> names this neuron type twice
// EXPECT: N06_repeated_neuron_type<Pyr>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
struct Deep : excitatory<16> {};

#ifdef BAD_CODE
using types = neurons<Pyr, Pyr>;
#else
using types = neurons<Pyr, Deep>;
#endif

struct V1 : area<input<1, 28, 28>, types,
    connectivity<from<stimulus, 1, 1, 0>, from<Pyr, 1, 1, 1>, from<Deep, 1, 1, 0>>,
    output<32>> {};
