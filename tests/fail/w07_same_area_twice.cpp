// Two areas with the same circuit are two structs.
// EXPECT: [cortexpr W07] network<...> names this area twice; name it once, or derive a second struct: struct V2 : area<...> {};
// EXPECT: W07_repeated_area<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<32, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : V1 {};

#ifdef BAD_CODE
struct Net : network<V1, V1> {};
#else
struct Net : network<V1, V2> {};
#endif
