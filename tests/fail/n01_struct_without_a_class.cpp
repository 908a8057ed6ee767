// A population with subtypes, but neither excitatory nor inhibitory nor hybrid.
// EXPECT: [cortexpr N01] neurons<...> names something that is no neuron type; declare it as one: struct E : excitatory<16> {};
// EXPECT: N01_not_a_neuron_type<Pyramidal>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct Pyramidal {
    static constexpr int subtypes = 16;
};
#else
struct Pyramidal : excitatory<16> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<Pyramidal>,
    connectivity<from<stimulus, 1, 0>, from<Pyramidal, 1, 1>>,
    output<32>> {};
