// Feedback goes straight on to the output, and the output that it comes from hears that one at once.
// EXPECT: [cortexpr P24] in continuous time signals take no time, and an area's output depends on itself
// EXPECT: P24_output_depends_on_itself<Vision>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, feedback_channels<8>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 1>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<input<32, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 1>, from<E, 1, 1>>, output<16>> {};
struct Vision : network<V1, V2, feedback<V2, V1>> {};

#ifdef BAD_CODE
inline constexpr bool asked = detail::options_fit<Vision, continuous_time>;
#else
inline constexpr bool asked = detail::options_fit<Vision, steps>;
#endif
