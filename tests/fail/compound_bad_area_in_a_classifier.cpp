// The fault is V1's; the network and the classifier on it, and what is asked of them, add no word.
// EXPECT: [cortexpr E05]
// EXPECT: E05_even_extent<E, I, 4, 4>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
#ifdef BAD_CODE
        from<E,        1, edge{.extent = {4, 4}}, 1>,
#else
        from<E,        1, 1, 1>,
#endif
        from<I,        1, 1, 0>>,
    output<32>> {};

struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};
static_assert(parameter_count<Digits> == 25'290);
