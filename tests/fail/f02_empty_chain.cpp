// A chain that was emptied, on feedback between areas.
// EXPECT: [cortexpr F02] a chain holds one to four nonlinearities
// EXPECT: F02_chain_length<0, V2, V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, feedback_channels<4>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
    output<32>> {};

#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<V2, V1, edge{.nonlinearity = chain()}>> {};
#else
struct Visual : network<V1, V2, feedback<V2, V1, edge{.nonlinearity = chain(activation::tanh)}>> {};
#endif
