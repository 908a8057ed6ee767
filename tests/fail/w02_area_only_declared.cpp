// EXPECT: [cortexpr W02] network<...> names a struct that has no valid definition before the network
// EXPECT: W02_incomplete_area<V2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#ifdef BAD_CODE
struct V2;
#else
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif

struct Net : network<V1, V2> {};
