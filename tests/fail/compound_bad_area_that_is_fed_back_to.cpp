// V1's own fault hides what the network would say about its feedback.
// EXPECT: [cortexpr A15]
// EXPECT: A15_few_cells<cortexpr::top_down, 1, 2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1>, from<E, 1, 1>>,
    output<32>> {};
#else
struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
#endif
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<V1, V2, edge{.extent = {2, 2}}>> {};
#else
struct Visual : network<V1, V2, feedback<V2, V1>> {};
#endif
