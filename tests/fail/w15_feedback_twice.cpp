// Two kernels of different extents from one area to another.
// EXPECT: [cortexpr W15] the network has the same feedback (from, to) twice; keep one of the two
// EXPECT: W15_repeated_feedback<V2, V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<V2, V1>, feedback<V2, V1, edge{.extent = {5, 5}}>> {};
#else
struct Visual : network<V1, V2, feedback<V2, V1, edge{.extent = {5, 5}}>> {};
#endif
