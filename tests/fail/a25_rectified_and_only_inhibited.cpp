// The output is rectified, and only inhibitory cells reach it: all images would give the same logits.
// EXPECT: [cortexpr A25] only inhibition reaches the area's output, and its nonlinearity is 0 below 0, so it is always 0
// EXPECT: A25_only_inhibited_output<cortexpr::output<32, cortexpr::activation::relu
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<4> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 0>, from<I, 1, 1, 1>>,
#ifdef BAD_CODE
    output<32, activation::relu>> {};
#else
    output<32, activation::softplus>> {};
#endif
