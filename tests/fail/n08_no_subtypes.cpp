// The number of subtypes is left out.
// EXPECT: [cortexpr N08] a neuron type has 1 to 1,000,000 subtypes (channels); give the number: excitatory<16>
// EXPECT: N08_subtypes<VIP, 0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct VIP : inhibitory<> {};
#else
struct VIP : inhibitory<2> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, VIP>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<VIP, 1, 0, 0>>,
    output<32>> {};
