// Feedback comes from above, but its row stands second.
// EXPECT: [cortexpr A14]
// EXPECT: A14_row_order<E, cortexpr::top_down>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
    connectivity<
        from<stimulus, 1, 0>,
#ifdef BAD_CODE
        from<E,        1, 1>,
        from<top_down, 1, 0>>,
#else
        from<top_down, 1, 0>,
        from<E,        1, 1>>,
#endif
    output<32>> {};
