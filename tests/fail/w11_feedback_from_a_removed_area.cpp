// IT was taken out of the network, its feedback was not.
// EXPECT: [cortexpr W11] feedback<from, to> names something that is no area of this network (the third)
// EXPECT: W11_unknown_feedback_area<IT, V1, IT>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};
struct IT : area<input<64, 7, 7>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<IT, V1>> {};
#else
struct Visual : network<V1, V2, IT, feedback<IT, V1>> {};
#endif
