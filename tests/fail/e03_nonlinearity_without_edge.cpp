// EXPECT: [cortexpr E03]
// EXPECT: E03_not_a_cell<E, I>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        from<stimulus, 1, 0, 0>,
#ifdef BAD_CODE
        from<E,        1, activation::tanh, 1>,
#else
        from<E,        1, edge{.nonlinearity = activation::tanh}, 1>,
#endif
        from<I,        1, 0, 0>>,
    output<32>> {};
