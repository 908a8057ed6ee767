// EXPECT: [cortexpr A05] an area's output has 1 to 1,000,000 channels; give the number: output<32>
// EXPECT: A05_output_channels<0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#ifdef BAD_CODE
    output<>
#else
    output<32>
#endif
    > {};
