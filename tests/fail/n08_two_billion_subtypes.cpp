// A number that overflows in the products of sizes.
// EXPECT: [cortexpr N08] a neuron type has 1 to 1,000,000 subtypes (channels); give the number: excitatory<16>
// EXPECT: N08_subtypes<E, 2000000000>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<2'000'000'000> {};
#else
struct E : excitatory<1'000'000> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
