// EXPECT: [cortexpr A08]
// EXPECT: A08_unknown_source<void>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
#ifdef BAD_CODE
    connectivity<from<>, from<E, 1, 1>>,
#else
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#endif
    output<32>> {};
