// Feedback goes to an area; which types hear it stands in its row top_down.
// EXPECT: [cortexpr W11]
// EXPECT: W11_unknown_feedback_area<V2, VIP, VIP>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct VIP : inhibitory<2> {};
struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E, VIP>,
    connectivity<from<stimulus, 1, 0, 0>, from<top_down, 0, 1, 0>, from<E, 1, 1, 1>, from<VIP, 1, 0, 0>>,
    output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<V2, VIP>> {};
#else
struct Visual : network<V1, V2, feedback<V2, V1>> {};
#endif
