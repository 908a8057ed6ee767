// The > of connectivity stands at the end of the area.
// EXPECT: [cortexpr A07] connectivity<...> holds something that is no row
// EXPECT: stands behind the > that closes connectivity<...>
// EXPECT: A07_not_a_row<cortexpr::output<32
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>, output<32>>> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif
