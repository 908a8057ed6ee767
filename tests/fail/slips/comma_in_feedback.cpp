// A comma is missing between the two areas of a feedback; GCC says no more than that.
// EXPECT-GNU: two or more data types in declaration
// EXPECT-Clang: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<input<32, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<V2 V1>> {};
#else
struct Visual : network<V1, V2, feedback<V2, V1>> {};
#endif
