// EXPECT: [cortexpr A08]
// EXPECT: the output is the last column and no row
// EXPECT: A08_unknown_source<cortexpr::output<32
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
#ifdef BAD_CODE
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>, from<output<32>, 1, 0>>,
#else
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#endif
    output<32>> {};
