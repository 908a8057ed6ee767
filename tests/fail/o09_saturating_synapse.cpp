// A synapse that saturates by itself, before the sum.
// EXPECT: [cortexpr O09] the on-chip executor merges all edges into one convolution, and an edge of this network has a nonlinearity of its own; leave it out, or use another executor
// EXPECT: O09_edge_nonlinearity<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        //             E  output
#ifdef BAD_CODE
        from<stimulus, edge{.nonlinearity = activation::tanh}, 0>,
#else
        from<stimulus, 1, 0>,
#endif
        from<E,        1, 1>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::requires_on_chip<Digits>;
