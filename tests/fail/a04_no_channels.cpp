// Channels come first, and a grey image has one.
// EXPECT: [cortexpr A04]
// EXPECT: A04_input_size<0, 28, 28>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<
#ifdef BAD_CODE
    input<0, 28, 28>,
#else
    input<1, 28, 28>,
#endif
    neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
