// Feedback goes from IT to V2.
// EXPECT: [cortexpr P06]
// EXPECT: P06_unknown_feedback<V2, IT>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.bias = false}, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct V2 : area<input<32, 14, 14>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<64>> {};
struct IT : area<input<64, 7, 7>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};
struct Visual : network<V1, V2, IT, feedback<IT, V2>> {};

#ifdef BAD_CODE
inline constexpr int index = detail::looked_up<Visual, detail::parameter_lookup, weight_of<feedback<V2, IT>>>;
#else
inline constexpr int index = detail::looked_up<Visual, detail::parameter_lookup, weight_of<feedback<IT, V2>>>;
#endif
