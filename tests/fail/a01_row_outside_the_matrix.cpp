// A row after the closing bracket of connectivity<...>.
// EXPECT: [cortexpr A01]
// EXPECT: A01_unknown_area_part<cortexpr::from<I, 1, 1, 0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
#ifdef BAD_CODE
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>>, from<I, 1, 1, 0>,
#else
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
#endif
    output<32>> {};
