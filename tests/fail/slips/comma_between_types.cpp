// A comma is missing between two neuron types; GCC says no more than that.
// EXPECT-GNU: two or more data types in declaration
// EXPECT-Clang: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
#ifdef BAD_CODE
struct V1 : area<input<1, 28, 28>, neurons<E I>,
#else
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
#endif
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
