// In a network of one area there is no area above it.
// EXPECT: [cortexpr W14]
// EXPECT: W14_missing_feedback<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
#ifdef BAD_CODE
    feedback_channels<8>, connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
#else
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#endif
    output<32>> {};

struct Digits : classifier<network<V1>, classes<10>> {};
