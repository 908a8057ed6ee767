// From and to are the other way round.
// EXPECT: [cortexpr W12] this feedback (from, to) goes to the same or to a later area; feedback goes from a later area to an earlier one: feedback<V2, V1>
// EXPECT: W12_feedback_direction<V1, V2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<V1, V2>> {};
#else
struct Visual : network<V1, V2, feedback<V2, V1>> {};
#endif
