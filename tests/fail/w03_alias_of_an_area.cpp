// EXPECT: [cortexpr W03] an area needs a name of its own; derive a struct, write no alias
// EXPECT: W03_underived_area<cortexpr::area<cortexpr::input<1, 28, 28
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
using V1 = area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>>;
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif

struct Net : network<V1> {};
