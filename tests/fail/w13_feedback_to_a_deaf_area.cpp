// V2 feeds back to V1, which has no channels for it.
// EXPECT: [cortexpr W13] this feedback (from, to) goes to an area without feedback_channels
// EXPECT: W13_unheard_feedback<V2, V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
#ifdef BAD_CODE
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#else
    feedback_channels<8>, connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
#endif
    output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

struct Visual : network<V1, V2, feedback<V2, V1>> {};
