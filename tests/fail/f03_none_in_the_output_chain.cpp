// What was to be left out stands as a word of its own.
// EXPECT: [cortexpr F03] a chain holds activation::none, which does nothing; leave it out
// EXPECT: F03_none_in_chain<cortexpr::output<32
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#ifdef BAD_CODE
    output<32, chain(activation::softplus, activation::none)>> {};
#else
    output<32, activation::softplus>> {};
#endif
