// Feedback between areas is declared in the network; the area's own row for it is top_down.
// EXPECT: [cortexpr A07]
// EXPECT: A07_not_a_row<cortexpr::feedback<IT, V1
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct IT;

struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
#ifdef BAD_CODE
    connectivity<from<stimulus, 1, 0>, feedback<IT, struct V1>, from<E, 1, 1>>,
#else
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
#endif
    output<32>> {};
