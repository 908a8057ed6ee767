// A square image given by one side.
// EXPECT: [cortexpr A04] the channels, height and width of an area's input are each from 1 to 1,000,000; give all three: input<1, 28, 28>
// EXPECT: A04_input_size<1, 28, 0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<
#ifdef BAD_CODE
    input<1, 28>,
#else
    input<1, 28, 28>,
#endif
    neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
