// A larger receptive field for the stimulus than for the recurrence.
// EXPECT: [cortexpr O11] the on-chip executor merges all edges into one convolution, and the edges of this network differ in extent; give them the same, or use another executor
// EXPECT: O11_extents<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        //             E  output
#ifdef BAD_CODE
        from<stimulus, edge{.extent = {5, 5}}, 0>,
#else
        from<stimulus, 1, 0>,
#endif
        from<E,        1, 1>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::requires_on_chip<Digits>;
