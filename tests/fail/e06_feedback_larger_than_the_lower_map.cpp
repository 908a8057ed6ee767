// Feedback is resized to the lower area's map, and convolved there.
// EXPECT: [cortexpr E06]
// EXPECT: E06_large_extent<V2, V1, 7, 7, 5, 5>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 5, 5>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
struct V2 : area<input<32, 9, 9>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<V2, V1, edge{.extent = {7, 7}}>> {};
#else
struct Visual : network<V1, V2, feedback<V2, V1, edge{.extent = {5, 5}}>> {};
#endif
