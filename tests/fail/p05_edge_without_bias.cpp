// The edge was declared with .bias = false.
// EXPECT: [cortexpr P05]
// EXPECT: P05_no_bias<cortexpr::weight_of<V1, E, I>, Digits>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.bias = false}, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

#ifdef BAD_CODE
inline constexpr int index = detail::looked_up<Digits, detail::parameter_lookup, bias_of<V1, E, I>>;
#else
inline constexpr int index = detail::looked_up<Digits, detail::parameter_lookup, bias_of<V1, E, E>>;
#endif
