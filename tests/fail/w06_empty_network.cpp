// EXPECT: [cortexpr W06] a network needs at least one area; name them from the first to the last: network<V1, V2>
// EXPECT: W06_no_areas<>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Net : network<> {};
#else
struct Net : network<V1> {};
#endif
