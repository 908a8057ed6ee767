// Of several areas, one is named.
// EXPECT: [cortexpr P03
// EXPECT: an area by itself alone, record_output<V1>
// EXPECT: P03_incomplete_name<Visual>
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
inline constexpr bool asked = detail::options_fit<Visual, record_output<>>;
#else
inline constexpr bool asked = detail::options_fit<Visual, record_output<V1>>;
#endif
